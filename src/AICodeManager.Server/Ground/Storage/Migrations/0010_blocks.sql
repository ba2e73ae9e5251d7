-- Networks that are kept out for a time (FrontDoor/Attacks/Blocks). Rows stay when a block is over or lifted.
CREATE TABLE blocks (
    id         TEXT PRIMARY KEY,
    -- An address, or a range in CIDR notation.
    network    TEXT NOT NULL,
    -- sign_in or all
    scope      TEXT NOT NULL,
    -- brute_force, attacks or manual
    reason     TEXT NOT NULL,
    comment    TEXT,
    created_at BIGINT NOT NULL,
    until      BIGINT NOT NULL,
    -- The administrator, where it was one.
    created_by TEXT,
    lifted_at  BIGINT,
    lifted_by  TEXT,
    -- What nodes read again by.
    changed_at BIGINT NOT NULL
);
CREATE INDEX blocks_by_change ON blocks (changed_at);
CREATE INDEX blocks_by_end ON blocks (until);
