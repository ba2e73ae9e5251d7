-- Public keys of devices (FrontDoor/ClientKeys). Never a private key.
CREATE TABLE client_keys (
    id               TEXT PRIMARY KEY,
    user_id          TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- SubjectPublicKeyInfo, base64
    public_key       TEXT NOT NULL,
    -- RFC 7638 with SHA-256, base64url. A key belongs to one device of one user, also after it was revoked.
    thumbprint       TEXT NOT NULL UNIQUE,
    algorithm        TEXT NOT NULL,
    custody          TEXT NOT NULL,
    name             TEXT NOT NULL,
    user_agent       TEXT,
    created_address  TEXT,
    created_at       BIGINT NOT NULL,
    last_used_at     BIGINT,
    -- When it becomes deprecated by age.
    expires_at       BIGINT NOT NULL,
    -- Deprecated before that: it was rotated, or a rotation was forced. It is good for nothing from revoke_at on.
    deprecated_at    BIGINT,
    revoke_at        BIGINT,
    revoked_at       BIGINT,
    revoked_reason   TEXT,
    suspended_at     BIGINT,
    suspended_reason TEXT,
    successor_id     TEXT REFERENCES client_keys (id),
    -- The user's epoch when it was made: keys held in cookies end with it, as sessions do.
    epoch            BIGINT NOT NULL
);
CREATE INDEX client_keys_by_user ON client_keys (user_id, id);
