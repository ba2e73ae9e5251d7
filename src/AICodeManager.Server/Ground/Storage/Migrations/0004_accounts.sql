-- Failed sign-ins (FrontDoor/Accounts/Lockout). Keys are keyed hashes: who tries and whether the account exists stays unknown.
CREATE TABLE login_failures (
    key        TEXT PRIMARY KEY,
    owner      TEXT NOT NULL,
    failures   BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX login_failures_by_owner ON login_failures (owner);
CREATE INDEX login_failures_by_expiry ON login_failures (expires_at);

-- Password resets that an administrator issued (FrontDoor/Accounts/Resets): one for each user, by the hash of its token.
CREATE TABLE password_resets (
    user_id    TEXT PRIMARY KEY REFERENCES users (id),
    token_hash TEXT NOT NULL UNIQUE,
    expires_at BIGINT NOT NULL
);

-- Rows to lock where a rule spans accounts (FrontDoor/Accounts/Administration).
CREATE TABLE account_guards (
    name  TEXT PRIMARY KEY,
    turns BIGINT NOT NULL
);
INSERT INTO account_guards (name, turns) VALUES ('administrators', 0);
