-- What nodes counted, hour by hour (Keeping/Checks/Figures): for reviews and plots. No label names a person.
CREATE TABLE figures (
    name  TEXT NOT NULL,
    -- Beginning of the hour.
    at    BIGINT NOT NULL,
    node  TEXT NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (name, at, node)
);
CREATE INDEX figures_by_time ON figures (at);

-- The security check (Keeping/Checks): how each item came out the last time, and since when.
CREATE TABLE check_results (
    item   TEXT PRIMARY KEY,
    result TEXT NOT NULL,
    at     BIGINT NOT NULL,
    since  BIGINT NOT NULL
);

CREATE TABLE check_runs (
    id      TEXT PRIMARY KEY,
    at      BIGINT NOT NULL,
    reviews TEXT NOT NULL,
    passed  BIGINT NOT NULL,
    warned  BIGINT NOT NULL,
    failed  BIGINT NOT NULL,
    skipped BIGINT NOT NULL
);

-- When a secret was seen first: by a fingerprint that tells nothing of it.
CREATE TABLE secret_sightings (
    name        TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    first_at    BIGINT NOT NULL,
    PRIMARY KEY (name, fingerprint)
);
