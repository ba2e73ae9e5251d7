-- Backups (Keeping/Backups): what was made and what became of it. The files lie on the node that made them.
CREATE TABLE backups (
    id            TEXT PRIMARY KEY,
    -- The file's.
    name          TEXT NOT NULL UNIQUE,
    -- running, verified, failed, deleted, or found: a file of ours that this database did not know and nobody verified yet
    state         TEXT NOT NULL,
    -- The time of the schedule that it was made for; null where somebody asked for it. Of several nodes one makes it.
    scheduled_for BIGINT UNIQUE,
    started_at    BIGINT NOT NULL,
    finished_at   BIGINT,
    -- When it was last read entirely, and when it was last found whole.
    checked_at    BIGINT,
    verified_at   BIGINT,
    bytes         BIGINT,
    row_count     BIGINT,
    -- What failed, or why it was deleted.
    reason        TEXT,
    detail        TEXT,
    node          TEXT NOT NULL,
    -- Until when a running one counts as alive, and how many nodes have tried it.
    leased_until  BIGINT NOT NULL,
    attempts      BIGINT NOT NULL
);
CREATE INDEX backups_by_state ON backups (state, started_at);
