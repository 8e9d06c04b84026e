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
