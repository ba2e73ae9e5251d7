-- The audit as chains (Keeping/Audit/Chain). What was written before has no chain.
ALTER TABLE audit_events ADD COLUMN key_id TEXT;
ALTER TABLE audit_events ADD COLUMN chain_id TEXT;
ALTER TABLE audit_events ADD COLUMN sequence BIGINT;
ALTER TABLE audit_events ADD COLUMN link TEXT;
CREATE UNIQUE INDEX audit_events_by_chain ON audit_events (chain_id, sequence);

CREATE TABLE audit_chains (
    id         TEXT PRIMARY KEY,
    node       TEXT NOT NULL,
    store      TEXT NOT NULL,
    root       TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    closed_at  BIGINT,
    covered_by TEXT
);

CREATE TABLE audit_cuts (
    chain_id TEXT PRIMARY KEY,
    sequence BIGINT NOT NULL,
    link     TEXT NOT NULL,
    events   BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    damage   TEXT,
    root     TEXT NOT NULL,
    mac      TEXT NOT NULL
);

CREATE TABLE audit_keys (
    id          TEXT PRIMARY KEY,
    public_key  TEXT NOT NULL,
    private_key TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    root        TEXT NOT NULL,
    mac         TEXT NOT NULL
);

CREATE TABLE audit_checkpoints (
    id        TEXT PRIMARY KEY,
    chain_id  TEXT NOT NULL,
    sequence  BIGINT NOT NULL,
    link      TEXT NOT NULL,
    at        BIGINT NOT NULL,
    node      TEXT NOT NULL,
    key_id    TEXT NOT NULL,
    signature TEXT NOT NULL
);
CREATE UNIQUE INDEX audit_checkpoints_by_chain ON audit_checkpoints (chain_id, sequence);
