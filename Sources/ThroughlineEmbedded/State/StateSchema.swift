import GRDB

/// The tables of the state, which can all be made again from the log.
enum StateSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("0001 timeline") { db in
            try db.execute(
                sql: """
                    -- How far the fold has come, and what it met on the way.
                    CREATE TABLE fold (
                        one INTEGER PRIMARY KEY CHECK (one = 1),
                        position INTEGER NOT NULL CHECK (position >= 0),
                        profiles INTEGER NOT NULL,
                        events INTEGER NOT NULL,
                        duplicates INTEGER NOT NULL,
                        unreadable INTEGER NOT NULL
                    ) STRICT;
                    INSERT INTO fold VALUES (1, 0, 0, 0, 0, 0);

                    -- Messages of the last 30 days: 64 bits of their SHA-256.
                    CREATE TABLE message (
                        hash INTEGER PRIMARY KEY,
                        day INTEGER NOT NULL
                    ) STRICT;

                    -- Whose an identifier is. Kind: 1 of a user, 2 of a visitor.
                    CREATE TABLE identifier (
                        organization INTEGER NOT NULL,
                        value TEXT NOT NULL CHECK (value <> ''),
                        kind INTEGER NOT NULL CHECK (kind IN (1, 2)),
                        profile INTEGER NOT NULL,
                        PRIMARY KEY (organization, value, kind)
                    ) STRICT, WITHOUT ROWID;

                    -- Which events a person has: in milliseconds since 1970, and where in the log.
                    CREATE TABLE timeline (
                        organization INTEGER NOT NULL,
                        profile INTEGER NOT NULL,
                        timestamp INTEGER NOT NULL,
                        position INTEGER NOT NULL,
                        PRIMARY KEY (organization, profile, timestamp, position)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        return migrator
    }
}
