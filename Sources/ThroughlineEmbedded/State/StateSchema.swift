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
        // The tables change their shape, so that the state is made again: the fold begins at the start of the log.
        migrator.registerMigration("0002 runs and chains") { db in
            try db.execute(
                sql: """
                    DROP TABLE message;
                    DROP TABLE timeline;
                    DELETE FROM identifier;
                    UPDATE fold SET position = 0, profiles = 0, events = 0, duplicates = 0, unreadable = 0;

                    -- Messages of the last 30 days, in three tables. Messages: the first 64 bits of the SHA-256 of each, then
                    -- the day of each in days since 1970 (16 bits), all little-endian.
                    -- The youngest, as they came.
                    CREATE TABLE message_recent (
                        number INTEGER PRIMARY KEY,
                        messages BLOB NOT NULL
                    ) STRICT;

                    -- Runs of older ones, each in pages from first_page on. Level: how often runs were merged to make it.
                    -- Firsts: the first hash of each page. Filter: says what is certainly not in the run.
                    CREATE TABLE message_run (
                        number INTEGER PRIMARY KEY,
                        level INTEGER NOT NULL,
                        first_page INTEGER NOT NULL,
                        newest_day INTEGER NOT NULL,
                        firsts BLOB NOT NULL,
                        filter BLOB NOT NULL
                    ) STRICT;

                    -- Messages in the order of their hashes.
                    CREATE TABLE message_page (
                        number INTEGER PRIMARY KEY,
                        messages BLOB NOT NULL
                    ) STRICT;

                    -- The people, and the last event of each that came in order: where in the log, and when it was.
                    CREATE TABLE profile (
                        organization INTEGER NOT NULL,
                        number INTEGER NOT NULL,
                        latest INTEGER NOT NULL,
                        latest_time INTEGER NOT NULL,
                        PRIMARY KEY (organization, number)
                    ) STRICT, WITHOUT ROWID;

                    -- Events that came in the order of their time, each with the one of the same person before it: a chain a
                    -- person, written at one end. Positions are those of the log, times in milliseconds since 1970.
                    CREATE TABLE timeline (
                        position INTEGER PRIMARY KEY,
                        organization INTEGER NOT NULL,
                        profile INTEGER NOT NULL,
                        timestamp INTEGER NOT NULL,
                        previous INTEGER
                    ) STRICT;

                    -- Events that came after one of the same person that was later.
                    CREATE TABLE late (
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
