-- state.sqlite

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

-- Records that the log has yet of people who were erased, and where that was asked for. Stays when the state is made again.
CREATE TABLE erasing (
    position INTEGER PRIMARY KEY,
    request INTEGER NOT NULL
) STRICT;
CREATE INDEX erasing_by_request ON erasing (request);

-- The strands of people, and the last event of each that came in order: where in the log, and when it was.
CREATE TABLE strand (
    number INTEGER PRIMARY KEY,
    latest INTEGER NOT NULL,
    latest_time INTEGER NOT NULL
) STRICT;

-- What the fold keeps of a person, as bytes that only the program reads: her open purposes, and what is waited for. Due: when she must
-- be looked at though nothing of hers came, since a visit ends or a purpose was silent for long.
CREATE TABLE person (
    profile INTEGER PRIMARY KEY,
    due INTEGER,
    state BLOB NOT NULL
) STRICT;
CREATE INDEX person_by_due ON person (due) WHERE due IS NOT NULL;

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

-- How many different sequences of steps are in tally, by type of purpose; 4294967295 for all types together.
CREATE TABLE sequence_count (
    organization INTEGER NOT NULL,
    type INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (organization, type)
) STRICT, WITHOUT ROWID;

-- What steps are called that are counted by name, the hash of the folded one; no text where everybody is erased whose step it was.
CREATE TABLE step_name (
    organization INTEGER NOT NULL,
    name INTEGER NOT NULL,
    text TEXT,
    PRIMARY KEY (organization, name)
) STRICT, WITHOUT ROWID;

-- The types of purpose of an organization, as JSON that only the program reads.
CREATE TABLE type_book (
    organization INTEGER PRIMARY KEY,
    book BLOB NOT NULL
) STRICT;

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

-- The journey maps of an organization, each with its versions, as JSON that only the program reads.
CREATE TABLE journey_map (
    organization INTEGER NOT NULL,
    name TEXT NOT NULL,
    map BLOB NOT NULL,
    PRIMARY KEY (organization, name)
) STRICT, WITHOUT ROWID;

-- access.sqlite

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

CREATE UNIQUE INDEX source_name ON source (organization, name);

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

-- readings.sqlite

-- Who looked at what is known of a person: subject is the number of the identifier she was asked for by.
CREATE TABLE reading (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    subject INTEGER NOT NULL,
    at INTEGER NOT NULL,
    key TEXT NOT NULL,
    actor TEXT,
    reason TEXT,
    what TEXT NOT NULL
) STRICT;
CREATE INDEX reading_by_subject ON reading (subject, number);
