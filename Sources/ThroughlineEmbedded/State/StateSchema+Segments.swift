extension StateSchema {
    /// Segments, and who is in them. Nothing is made again: there were none before.
    static let segments = """
        -- The segments of an organization as they were defined, as JSON that only the program reads.
        CREATE TABLE segment_book (
            organization INTEGER PRIMARY KEY,
            book BLOB NOT NULL
        ) STRICT;

        -- Who was put on a list by name. List: the id of the segment; strand: the user or the visitor.
        CREATE TABLE segment_listed (
            strand INTEGER NOT NULL,
            list INTEGER NOT NULL,
            PRIMARY KEY (strand, list)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX segment_listed_by_list ON segment_listed (list);

        -- The people for whom one rule of a segment holds. Condition: CEL; NULL for a list. Basis: what the rule stands on besides the people.
        -- Shown: whether these are the members that are told; retired: whether they are to go. Cursor: up to whom people were looked at; NULL
        -- where all were.
        CREATE TABLE segment_set (
            number INTEGER PRIMARY KEY,
            organization INTEGER NOT NULL,
            segment INTEGER NOT NULL,
            condition TEXT,
            basis INTEGER NOT NULL,
            shown INTEGER NOT NULL CHECK (shown BETWEEN 0 AND 1),
            retired INTEGER NOT NULL CHECK (retired BETWEEN 0 AND 1),
            cursor INTEGER,
            done INTEGER NOT NULL,
            total INTEGER NOT NULL,
            members INTEGER NOT NULL DEFAULT 0
        ) STRICT;

        -- Who is in a set, since when (milliseconds since 1970).
        CREATE TABLE segment_member (
            segment_set INTEGER NOT NULL,
            person INTEGER NOT NULL,
            since INTEGER NOT NULL,
            PRIMARY KEY (segment_set, person)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX segment_member_by_person ON segment_member (person);

        -- People to whom something happened since it was looked in which segments they are, and how often that was noted.
        CREATE TABLE segment_waiting (
            person INTEGER PRIMARY KEY,
            noted INTEGER NOT NULL
        ) STRICT;

        -- When time alone may bring a person into a segment or out of it.
        CREATE TABLE segment_due (
            person INTEGER PRIMARY KEY,
            due INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX segment_due_by_due ON segment_due (due);
        """
}
