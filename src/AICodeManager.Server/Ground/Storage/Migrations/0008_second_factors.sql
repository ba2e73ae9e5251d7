-- Second factors (FrontDoor/Accounts/SecondFactors, FrontDoor/Accounts/Passkeys); users.second_factor says whether there is any.
CREATE TABLE totp_factors (
    user_id      TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    -- Sealed by the vault.
    secret       TEXT NOT NULL,
    -- Guesses at a code while the factor is not confirmed.
    attempts     BIGINT NOT NULL,
    -- The newest time step whose code was accepted; it and those before it are spent.
    last_step    BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    confirmed_at BIGINT
);

CREATE TABLE recovery_codes (
    user_id   TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code_hash TEXT NOT NULL,
    used_at   BIGINT,
    PRIMARY KEY (user_id, code_hash)
);

CREATE TABLE passkeys (
    id              TEXT PRIMARY KEY,
    user_id         TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- base64url, as the browser writes it
    credential_id   TEXT NOT NULL UNIQUE,
    -- COSE key (RFC 9052), base64url
    public_key      TEXT NOT NULL,
    name            TEXT NOT NULL,
    sign_count      BIGINT NOT NULL,
    transports      TEXT NOT NULL,
    backup_eligible BIGINT NOT NULL,
    backed_up       BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    last_used_at    BIGINT
);
CREATE INDEX passkeys_by_user ON passkeys (user_id);
