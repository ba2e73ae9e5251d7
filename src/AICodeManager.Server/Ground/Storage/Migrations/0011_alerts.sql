-- Alerts (Keeping/Alerts). A row is one episode: everything of a kind about a subject, until it was quiet for a while.
CREATE TABLE alerts (
    id          TEXT PRIMARY KEY,
    kind        TEXT NOT NULL,
    severity    TEXT NOT NULL,
    -- What it is about; empty where the kind says it all, '*' where one kind had too many subjects at once.
    subject     TEXT NOT NULL,
    -- Of the latest occurrence, a flat JSON object.
    facts       TEXT NOT NULL,
    occurrences BIGINT NOT NULL,
    -- How many of them the messages so far have told of.
    told        BIGINT NOT NULL,
    -- Number of the latest message: 0 is the first, the others are summaries.
    part        BIGINT NOT NULL,
    first_at    BIGINT NOT NULL,
    last_at     BIGINT NOT NULL,
    quiet_until BIGINT NOT NULL,
    closed_at   BIGINT
);
-- Of nodes that open an episode at the same moment one succeeds.
CREATE UNIQUE INDEX alerts_one_open ON alerts (kind, subject) WHERE closed_at IS NULL;
CREATE INDEX alerts_by_kind ON alerts (kind, id);
CREATE INDEX alerts_by_end ON alerts (closed_at);

-- One message to one recipient over one channel.
CREATE TABLE alert_deliveries (
    id              TEXT PRIMARY KEY,
    alert_id        TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    channel         TEXT NOT NULL,
    -- An e-mail address; empty where the channel is the recipient.
    recipient       TEXT NOT NULL,
    part            BIGINT NOT NULL,
    -- What is told, as it was then: attempts at the same delivery say the same.
    content         TEXT NOT NULL,
    state           TEXT NOT NULL,
    attempts        BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    -- Which attempt has it now, and until when nobody else may.
    lease           TEXT,
    leased_until    BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    finished_at     BIGINT,
    last_error      TEXT,
    UNIQUE (alert_id, channel, recipient, part)
);
CREATE INDEX alert_deliveries_due ON alert_deliveries (channel, next_attempt_at) WHERE state = 'pending';

-- What thresholds are compared with, all nodes together, in slots of time.
CREATE TABLE alert_counts (
    kind  TEXT NOT NULL,
    slot  BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (kind, slot)
);
