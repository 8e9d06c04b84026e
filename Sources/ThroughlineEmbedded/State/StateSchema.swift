import GRDB

/// The tables of the state, which can all be made again from the log.
enum StateSchema {
    /// The tables with what the fold made, but for how far it has come.
    static let emptied = [
        "message_recent", "message_run", "message_page", "identity", "tie", "consent", "correction", "mention",
        "strand",
        "person", "timeline", "late", "purpose_change", "trait", "name_word", "link", "type_book",
        "tally", "sequence_count", "step_name", "journey_map",
        "segment_book", "segment_listed", "segment_set", "segment_member", "segment_waiting", "segment_due",
    ]

    /// The tables that no log makes again as soon as something was erased from it.
    static let kept = ["erasing"]

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        registerEarly(in: &migrator)
        // Who is to be erased is found by what names her. The next version has the state made again.
        migrator.registerMigration("0004 erasing") { db in
            try db.execute(
                sql: """
                    -- Records that name somebody and are on no timeline of hers: met before, commands, a name that another took over.
                    -- Name: the first 64 bits of the SHA-256 of an identifier.
                    CREATE TABLE mention (
                        name INTEGER NOT NULL,
                        position INTEGER NOT NULL,
                        PRIMARY KEY (name, position)
                    ) STRICT, WITHOUT ROWID;

                    -- What was said of events of a strand. Aspect: 1 where it belongs (with the event at other; with none: it is not
                    -- hers), 2 its purpose ends with it, 3 not now, 4 what its purpose is called. Said: where in the log.
                    CREATE TABLE correction (
                        strand INTEGER NOT NULL,
                        position INTEGER NOT NULL,
                        aspect INTEGER NOT NULL CHECK (aspect BETWEEN 1 AND 4),
                        said INTEGER NOT NULL,
                        other INTEGER,
                        name TEXT,
                        PRIMARY KEY (strand, position, aspect)
                    ) STRICT, WITHOUT ROWID;

                    -- Records that the log has yet of people who were erased, and where that was asked for.
                    CREATE TABLE erasing (
                        position INTEGER PRIMARY KEY,
                        request INTEGER NOT NULL
                    ) STRICT;
                    CREATE INDEX erasing_by_request ON erasing (request);
                    """)
        }
        // Events are kept with what discovery reads of them, people with what is waited for: the state is made again.
        migrator.registerMigration("0005 repair") { db in
            try db.execute(
                sql: """
                    DROP TABLE timeline;
                    DROP TABLE late;
                    DROP TABLE open_purposes;
                    DROP TABLE fold;

                    -- How far the fold has come, by which logged time, with which model, and what it met on the way.
                    CREATE TABLE fold (
                        one INTEGER PRIMARY KEY CHECK (one = 1),
                        position INTEGER NOT NULL CHECK (position >= 0),
                        clock INTEGER NOT NULL,
                        model INTEGER NOT NULL,
                        profiles INTEGER NOT NULL,
                        events INTEGER NOT NULL,
                        duplicates INTEGER NOT NULL,
                        unreadable INTEGER NOT NULL,
                        nobodys INTEGER NOT NULL
                    ) STRICT;
                    INSERT INTO fold VALUES (1, 0, 0, 0, 0, 0, 0, 0, 0);

                    -- Events that came in the order of their time, each with the one of the same strand before it: a chain a
                    -- strand, written at one end. Positions are those of the log, times in milliseconds since 1970. Where the
                    -- event is placed: the purpose (80 bits), the confidence in thousandths, and flags: 1 routine, 2 somebody said
                    -- that it belongs there, 4 somebody said that its purpose is over. Gist: what discovery reads of it, as bytes
                    -- that only the program reads.
                    CREATE TABLE timeline (
                        position INTEGER PRIMARY KEY,
                        organization INTEGER NOT NULL,
                        strand INTEGER NOT NULL,
                        timestamp INTEGER NOT NULL,
                        previous INTEGER,
                        purpose BLOB CHECK (length(purpose) = 10),
                        confidence INTEGER,
                        flags INTEGER,
                        gist BLOB
                    ) STRICT;

                    -- Events that came after one of the same strand that was later.
                    CREATE TABLE late (
                        organization INTEGER NOT NULL,
                        strand INTEGER NOT NULL,
                        timestamp INTEGER NOT NULL,
                        position INTEGER NOT NULL,
                        purpose BLOB CHECK (length(purpose) = 10),
                        confidence INTEGER,
                        flags INTEGER,
                        gist BLOB,
                        PRIMARY KEY (strand, timestamp, position)
                    ) STRICT, WITHOUT ROWID;

                    -- What the fold keeps of a person, as bytes that only the program reads: her open purposes, and what is waited for. Due: when she must
                    -- be looked at though nothing of hers came, since a visit ends or a purpose was silent for long.
                    CREATE TABLE person (
                        profile INTEGER PRIMARY KEY,
                        due INTEGER,
                        state BLOB NOT NULL
                    ) STRICT;
                    CREATE INDEX person_by_due ON person (due) WHERE due IS NOT NULL;

                    -- What became of purposes, on the strand of an event of theirs. Kind: 1 opened, 2 the event moved here, 3 all that was
                    -- left went into other, 4 closed. Other: where the event was, or where all went. Outcome: 1 fulfilled, 2 declined, 3 cancelled, 4 lapsed.
                    CREATE TABLE purpose_change (
                        strand INTEGER NOT NULL,
                        timestamp INTEGER NOT NULL,
                        position INTEGER NOT NULL,
                        ordinal INTEGER NOT NULL,
                        organization INTEGER NOT NULL,
                        kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4),
                        purpose BLOB NOT NULL CHECK (length(purpose) = 10),
                        other BLOB CHECK (length(other) = 10),
                        outcome INTEGER CHECK (outcome BETWEEN 1 AND 4),
                        PRIMARY KEY (strand, timestamp, position, ordinal)
                    ) STRICT, WITHOUT ROWID;
                    """)
            for table in [
                "message_recent", "message_run", "message_page", "identity", "tie", "consent", "correction", "mention",
                "strand",
            ] { try db.execute(sql: "DELETE FROM \(table)") }
        }
        // What was said of people: the state is made again.
        migrator.registerMigration("0006 traits") { db in
            try db.execute(
                sql: """
                    -- The latest that was said on a strand of each thing. Subject: 1 a trait of hers by its name, 2 whether she belongs to a group, by the
                    -- name of this, 3 all traits of the group. Trusted: 1 by a source that is believed, 0 by a browser. Value: JSON, null where it was taken back, NULL where it
                    -- is too long to be kept. Timestamp and position: of the event that said it.
                    CREATE TABLE trait (
                        strand INTEGER NOT NULL,
                        subject INTEGER NOT NULL CHECK (subject BETWEEN 1 AND 3),
                        name TEXT NOT NULL,
                        trusted INTEGER NOT NULL CHECK (trusted BETWEEN 0 AND 1),
                        organization INTEGER NOT NULL,
                        value TEXT,
                        timestamp INTEGER NOT NULL,
                        position INTEGER NOT NULL,
                        PRIMARY KEY (strand, subject, name, trusted)
                    ) STRICT, WITHOUT ROWID;

                    -- The words of the traits that say what people are called, without case and accents.
                    CREATE TABLE name_word (
                        organization INTEGER NOT NULL,
                        word TEXT NOT NULL,
                        strand INTEGER NOT NULL,
                        name TEXT NOT NULL,
                        trusted INTEGER NOT NULL,
                        PRIMARY KEY (organization, word, strand, name, trusted)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX name_word_by_strand ON name_word (strand);

                    -- Who is linked to whom, from both sides. Kind: 1 household, 2 partner, 3 family, 4 care, 5 business. Said: where in the log
                    -- it was said last; ended: whether it was said that it is over.
                    CREATE TABLE link (
                        strand INTEGER NOT NULL,
                        other INTEGER NOT NULL,
                        kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5),
                        said INTEGER NOT NULL,
                        ended INTEGER NOT NULL CHECK (ended BETWEEN 0 AND 1),
                        PRIMARY KEY (strand, other, kind)
                    ) STRICT, WITHOUT ROWID;
                    """)
            for table in [
                "message_recent", "message_run", "message_page", "identity", "tie", "consent", "correction", "mention",
                "strand", "person", "timeline", "late", "purpose_change",
            ] { try db.execute(sql: "DELETE FROM \(table)") }
            try db.execute(
                sql: """
                    UPDATE fold SET position = 0, clock = 0, profiles = 0, events = 0, duplicates = 0, unreadable = 0, nobodys = 0
                    """)
        }
        // Types of purpose are kept, events know that of their purpose, and silences are told: the state is made again.
        migrator.registerMigration("0007 types") { db in
            try db.execute(
                sql: """
                    -- The types of purpose of an organization, as JSON that only the program reads.
                    CREATE TABLE type_book (
                        organization INTEGER PRIMARY KEY,
                        book BLOB NOT NULL
                    ) STRICT;

                    -- What is counted of everybody's steps. Kind: of what, and what a, b and c are, says CountKind. Type: the number of the
                    -- type of purpose, 0 for none, 4294967295 for all of them together. Total: what they come to, milliseconds or seconds.
                    CREATE TABLE tally (
                        organization INTEGER NOT NULL,
                        kind INTEGER NOT NULL,
                        type INTEGER NOT NULL,
                        a INTEGER NOT NULL,
                        b INTEGER NOT NULL,
                        c INTEGER NOT NULL,
                        count INTEGER NOT NULL,
                        total INTEGER NOT NULL,
                        PRIMARY KEY (organization, kind, type, a, b, c)
                    ) STRICT, WITHOUT ROWID;

                    -- What steps are called that are counted by name, the hash of the folded one; no text where everybody is erased whose step it was.
                    CREATE TABLE step_name (
                        organization INTEGER NOT NULL,
                        name INTEGER NOT NULL,
                        text TEXT,
                        PRIMARY KEY (organization, name)
                    ) STRICT, WITHOUT ROWID;

                    DROP TABLE purpose_change;

                    -- What became of purposes, on the strand of an event of theirs. Kind: 1 opened, 2 the event moved here, 3 all that was
                    -- left went into other, 4 closed, 5 stalled, 6 dormant. Other: where the event was, or where all went. Outcome: 1 fulfilled, 2 declined,
                    -- 3 cancelled, 4 lapsed. Of a silence: the number of the type, the milestone that is missing (the hash of its folded name), the seconds
                    -- it has lasted, and those within which half of the others go on.
                    CREATE TABLE purpose_change (
                        strand INTEGER NOT NULL,
                        timestamp INTEGER NOT NULL,
                        position INTEGER NOT NULL,
                        ordinal INTEGER NOT NULL,
                        organization INTEGER NOT NULL,
                        kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 6),
                        purpose BLOB NOT NULL CHECK (length(purpose) = 10),
                        other BLOB CHECK (length(other) = 10),
                        outcome INTEGER CHECK (outcome BETWEEN 1 AND 4),
                        type INTEGER,
                        missing INTEGER,
                        silence INTEGER,
                        usual INTEGER,
                        PRIMARY KEY (strand, timestamp, position, ordinal)
                    ) STRICT, WITHOUT ROWID;
                    """)
            for table in [
                "message_recent", "message_run", "message_page", "identity", "tie", "consent", "correction", "mention",
                "strand", "person", "timeline", "late", "trait", "name_word", "link",
            ] { try db.execute(sql: "DELETE FROM \(table)") }
            try db.execute(
                sql: """
                    UPDATE fold SET position = 0, clock = 0, profiles = 0, events = 0, duplicates = 0, unreadable = 0, nobodys = 0
                    """)
        }
        migrator.registerMigration("0008 segments") { try $0.execute(sql: StateSchema.segments) }
        // Logs of before say nothing of maps: the state stays as it is.
        migrator.registerMigration("0009 maps") { db in
            try db.execute(
                sql: """
                    -- The journey maps of an organization, each with its versions, as JSON that only the program reads.
                    CREATE TABLE journey_map (
                        organization INTEGER NOT NULL,
                        name TEXT NOT NULL,
                        map BLOB NOT NULL,
                        PRIMARY KEY (organization, name)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        // Fills with the state, which the next version has made again.
        migrator.registerMigration("0010 sequence counts") { db in
            try db.execute(
                sql: """
                    -- How many different sequences of steps are in tally, by type of purpose; 4294967295 for all types together.
                    CREATE TABLE sequence_count (
                        organization INTEGER NOT NULL,
                        type INTEGER NOT NULL,
                        count INTEGER NOT NULL,
                        PRIMARY KEY (organization, type)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        return migrator
    }

    /// Puts the fold at the start of the log.
    static let emptiedFold = """
        UPDATE fold SET position = 0, clock = 0, profiles = 0, events = 0, duplicates = 0, unreadable = 0, nobodys = 0
        """
}
