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
        migrator.registerMigration("0002 keys by id") { db in
            try db.execute(
                sql: """
                    ALTER TABLE key RENAME TO key_0001;

                    -- Of keys only their SHA-256 is kept, and the last characters. Scopes: words with spaces between.
                    -- Times: milliseconds since 1970. Nobody knows when the oldest keys were made.
                    CREATE TABLE key (
                        id TEXT PRIMARY KEY CHECK (id <> ''),
                        hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
                        organization INTEGER NOT NULL REFERENCES organization (number),
                        source INTEGER REFERENCES source (number),
                        scopes TEXT NOT NULL CHECK (scopes <> ''),
                        label TEXT NOT NULL CHECK (label <> ''),
                        ending TEXT,
                        created_at INTEGER,
                        expires_at INTEGER
                    ) STRICT, WITHOUT ROWID;

                    INSERT INTO key (id, hash, organization, source, scopes, label)
                    SELECT lower(hex(randomblob(8))), hash, organization, source, scopes,
                        CASE WHEN source IS NULL THEN 'API key' ELSE 'write key' END
                    FROM key_0001;

                    DROP TABLE key_0001;

                    CREATE UNIQUE INDEX source_name ON source (organization, name);
                    """)
        }
        // An earlier program would write pages without sums: it refuses a file of a later version.
        migrator.registerMigration("0003 sums in pages") { _ in }
        return migrator
    }
}
