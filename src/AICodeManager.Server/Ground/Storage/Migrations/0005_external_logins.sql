-- Accounts elsewhere that a person signs in with (FrontDoor/Accounts/Providers)
-- The issuer stands beside the name: were the name given to another provider, nobody's subject would be taken for theirs.
CREATE TABLE external_logins (
    id           TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    provider     TEXT NOT NULL,
    issuer       TEXT NOT NULL,
    subject      TEXT NOT NULL,
    email        TEXT,
    tokens       TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    UNIQUE (provider, issuer, subject),
    UNIQUE (user_id, provider)
);
