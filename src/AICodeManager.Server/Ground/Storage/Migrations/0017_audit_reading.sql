-- Reading, sending and pruning the audit (Keeping/Audit/Reading, Streams, Retention). Its own order, by id, is that of time.
CREATE INDEX audit_events_by_session ON audit_events (session_id, id) WHERE session_id IS NOT NULL;
CREATE INDEX audit_events_by_key ON audit_events (key_id, id) WHERE key_id IS NOT NULL;
CREATE INDEX audit_events_by_request ON audit_events (request_id, id);
CREATE INDEX audit_events_by_address ON audit_events (address, id) WHERE address IS NOT NULL;
CREATE INDEX audit_events_by_resource ON audit_events (resource_id, id) WHERE resource_id IS NOT NULL;
CREATE INDEX audit_events_by_outcome ON audit_events (outcome, id) WHERE outcome <> 'success';

-- Work that one node at a time does: a stream's sending, the daily pruning.
CREATE TABLE audit_leases (
    name   TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until  BIGINT NOT NULL
);

-- Where events are sent to, by the name in the configuration, and how that goes.
CREATE TABLE audit_streams (
    name          TEXT PRIMARY KEY,
    node          TEXT NOT NULL,
    checked_at    BIGINT NOT NULL,
    sent          BIGINT NOT NULL,
    last_sent_at  BIGINT,
    -- When the oldest event happened that was not sent yet; null where all are.
    waiting_since BIGINT,
    -- Of attempts since the last that went well.
    failures      BIGINT NOT NULL,
    last_error    TEXT,
    failed_at     BIGINT
);

-- Up to where each chain, and the checkpoints of each, were sent.
CREATE TABLE audit_stream_cursors (
    stream     TEXT NOT NULL,
    chain_id   TEXT NOT NULL,
    sequence   BIGINT NOT NULL,
    checkpoint BIGINT NOT NULL,
    -- The chain is closed and all of it was sent: nobody has to look again.
    done_at    BIGINT,
    PRIMARY KEY (stream, chain_id)
);
