-- state.sqlite

-- How far the fold has come, and what it met on the way.
CREATE TABLE fold (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    position INTEGER NOT NULL CHECK (position >= 0),
    profiles INTEGER NOT NULL,
    events INTEGER NOT NULL,
    duplicates INTEGER NOT NULL,
    unreadable INTEGER NOT NULL
) STRICT;

-- Whose an identifier is. Kind: 1 of a user, 2 of a visitor.
CREATE TABLE identifier (
    organization INTEGER NOT NULL,
    value TEXT NOT NULL CHECK (value <> ''),
    kind INTEGER NOT NULL CHECK (kind IN (1, 2)),
    profile INTEGER NOT NULL,
    PRIMARY KEY (organization, value, kind)
) STRICT, WITHOUT ROWID;

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
