import GRDB

/// The first versions, of whose tables hardly any is left.
extension StateSchema {
    static func registerEarly(in migrator: inout DatabaseMigrator) {
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
                    DROP TABLE fold;

                    -- How far the fold has come, with which model, and what it met on the way.
                    CREATE TABLE fold (
                        one INTEGER PRIMARY KEY CHECK (one = 1),
                        position INTEGER NOT NULL CHECK (position >= 0),
                        model INTEGER NOT NULL,
                        profiles INTEGER NOT NULL,
                        events INTEGER NOT NULL,
                        duplicates INTEGER NOT NULL,
                        unreadable INTEGER NOT NULL
                    ) STRICT;
                    INSERT INTO fold VALUES (1, 0, 0, 0, 0, 0, 0);

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

                    -- The open purposes of a person, as bytes that only the program reads.
                    CREATE TABLE open_purposes (
                        profile INTEGER PRIMARY KEY,
                        state BLOB NOT NULL
                    ) STRICT;

                    -- Events that came in the order of their time, each with the one of the same person before it: a chain a
                    -- person, written at one end. Positions are those of the log, times in milliseconds since 1970. Where the
                    -- event was placed: the purpose (80 bits), the confidence in thousandths, and whether it is routine.
                    CREATE TABLE timeline (
                        position INTEGER PRIMARY KEY,
                        organization INTEGER NOT NULL,
                        profile INTEGER NOT NULL,
                        timestamp INTEGER NOT NULL,
                        previous INTEGER,
                        purpose BLOB CHECK (length(purpose) = 10),
                        confidence INTEGER,
                        routine INTEGER
                    ) STRICT;

                    -- Events that came after one of the same person that was later.
                    CREATE TABLE late (
                        organization INTEGER NOT NULL,
                        profile INTEGER NOT NULL,
                        timestamp INTEGER NOT NULL,
                        position INTEGER NOT NULL,
                        purpose BLOB CHECK (length(purpose) = 10),
                        confidence INTEGER,
                        routine INTEGER,
                        PRIMARY KEY (organization, profile, timestamp, position)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        // People are made of strands; the state is made again.
        migrator.registerMigration("0003 identity graph") { db in
            try db.execute(
                sql: """
                    DROP TABLE identifier;
                    DROP TABLE profile;
                    DROP TABLE open_purposes;
                    DROP TABLE timeline;
                    DROP TABLE late;
                    DROP TABLE fold;
                    DELETE FROM message_recent;
                    DELETE FROM message_run;
                    DELETE FROM message_page;

                    -- How far the fold has come, with which model, and what it met on the way.
                    CREATE TABLE fold (
                        one INTEGER PRIMARY KEY CHECK (one = 1),
                        position INTEGER NOT NULL CHECK (position >= 0),
                        model INTEGER NOT NULL,
                        profiles INTEGER NOT NULL,
                        events INTEGER NOT NULL,
                        duplicates INTEGER NOT NULL,
                        unreadable INTEGER NOT NULL,
                        nobodys INTEGER NOT NULL
                    ) STRICT;
                    INSERT INTO fold VALUES (1, 0, 0, 0, 0, 0, 0, 0);

                    -- What people are known by. Kind: 1 user, 2 visitor, 3 address, 4 phone, 5 device. Number: where in the log it was
                    -- met first (from bit 6 on), which of that record's identifiers it is (3 bits), and its kind (3 bits). Person: the
                    -- number of the identifier that the person is named after. Reason: 1 its own, 2 together with others of its kind,
                    -- 3 tied to somebody, 4 tied by what a browser said, 5 shared. Signal: of Global Privacy Control. Session: who was signed in last where a visitor was,
                    -- and when. Tied: how many of each kind it is tied to, 11 bits each; firmly: by trusted ties.
                    CREATE TABLE identity (
                        number INTEGER PRIMARY KEY,
                        organization INTEGER NOT NULL,
                        kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5),
                        value TEXT NOT NULL CHECK (value <> ''),
                        person INTEGER NOT NULL,
                        reason INTEGER NOT NULL CHECK (reason BETWEEN 1 AND 5),
                        has_events INTEGER NOT NULL CHECK (has_events IN (0, 1)),
                        has_signal INTEGER NOT NULL CHECK (has_signal IN (0, 1)),
                        session_user INTEGER,
                        session_at INTEGER,
                        tied INTEGER NOT NULL,
                        tied_firmly INTEGER NOT NULL,
                        CHECK ((session_user IS NULL) = (session_at IS NULL))
                    ) STRICT;
                    CREATE UNIQUE INDEX identity_by_value ON identity (organization, value, kind);
                    -- Only those who are not named after themselves.
                    CREATE INDEX identity_by_person ON identity (person) WHERE person <> number;

                    -- What was said of two identifiers, each pair once for each of the two: where in the log a browser, a trusted source,
                    -- and somebody in so many words first said that they are one person's; and where that was taken back by hand.
                    CREATE TABLE tie (
                        a INTEGER NOT NULL,
                        b INTEGER NOT NULL,
                        provisional INTEGER,
                        trusted INTEGER,
                        stated INTEGER,
                        cut INTEGER,
                        PRIMARY KEY (a, b)
                    ) STRICT, WITHOUT ROWID;

                    -- What was said of consent on each strand, as bytes that only the program reads.
                    CREATE TABLE consent (
                        strand INTEGER PRIMARY KEY,
                        history BLOB NOT NULL
                    ) STRICT;

                    -- The strands of people, and the last event of each that came in order: where in the log, and when it was.
                    CREATE TABLE strand (
                        number INTEGER PRIMARY KEY,
                        latest INTEGER NOT NULL,
                        latest_time INTEGER NOT NULL
                    ) STRICT;

                    -- The open purposes of a person, as bytes that only the program reads.
                    CREATE TABLE open_purposes (
                        profile INTEGER PRIMARY KEY,
                        state BLOB NOT NULL
                    ) STRICT;

                    -- Events that came in the order of their time, each with the one of the same strand before it: a chain a
                    -- strand, written at one end. Positions are those of the log, times in milliseconds since 1970. Where the
                    -- event was placed: the purpose (80 bits), the confidence in thousandths, and whether it is routine.
                    CREATE TABLE timeline (
                        position INTEGER PRIMARY KEY,
                        organization INTEGER NOT NULL,
                        strand INTEGER NOT NULL,
                        timestamp INTEGER NOT NULL,
                        previous INTEGER,
                        purpose BLOB CHECK (length(purpose) = 10),
                        confidence INTEGER,
                        routine INTEGER
                    ) STRICT;

                    -- Events that came after one of the same strand that was later.
                    CREATE TABLE late (
                        organization INTEGER NOT NULL,
                        strand INTEGER NOT NULL,
                        timestamp INTEGER NOT NULL,
                        position INTEGER NOT NULL,
                        purpose BLOB CHECK (length(purpose) = 10),
                        confidence INTEGER,
                        routine INTEGER,
                        PRIMARY KEY (strand, timestamp, position)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
    }
}
