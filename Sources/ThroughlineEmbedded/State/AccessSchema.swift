import GRDB

/// The tables of who may do what. They cannot be made again from the log.
enum AccessSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("0001 keys") { db in
            try db.execute(
                sql: """
                    CREATE TABLE organization (
                        number INTEGER PRIMARY KEY,
                        name TEXT NOT NULL CHECK (name <> '')
                    ) STRICT;

                    CREATE TABLE source (
                        number INTEGER PRIMARY KEY,
                        organization INTEGER NOT NULL REFERENCES organization (number),
                        name TEXT NOT NULL CHECK (name <> ''),
                        kind TEXT NOT NULL CHECK (kind IN ('browser', 'server'))
                    ) STRICT;

                    -- Of keys only their SHA-256 is kept. Scopes: words with spaces between.
                    CREATE TABLE key (
                        hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
                        organization INTEGER NOT NULL REFERENCES organization (number),
                        source INTEGER REFERENCES source (number),
                        scopes TEXT NOT NULL CHECK (scopes <> '')
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        return migrator
    }
}
