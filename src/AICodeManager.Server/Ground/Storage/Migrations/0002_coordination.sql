-- Embedded coordination (Ground/Coordination/Embedded): sessions, tombstones, revocations and claims that a restart
-- must not forget. Unused while Redis keeps them.
CREATE TABLE coordination_records (
    shard    TEXT NOT NULL,
    kind     TEXT NOT NULL,
    name     TEXT NOT NULL,
    set_name TEXT NOT NULL,
    place    BIGINT NOT NULL,
    data     TEXT NOT NULL,
    version  BIGINT NOT NULL,
    ends_at  BIGINT NOT NULL,
    idle     BIGINT NOT NULL,
    seen_at  BIGINT NOT NULL,
    ended    TEXT NOT NULL,
    over_at  BIGINT NOT NULL,
    PRIMARY KEY (shard, kind, name)
);
CREATE INDEX coordination_records_by_end ON coordination_records (over_at);
