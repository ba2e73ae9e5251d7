-- Keys that fields are sealed with (Keeping/Vault): each lies wrapped under the key of the configuration. Numbers have no gaps.
-- Number 0 is no key: it marks that fields of the first form are left, which were sealed without keys of their own.
CREATE TABLE vault_keys (
    number     BIGINT PRIMARY KEY,
    wrapped    TEXT NOT NULL,
    -- Fingerprint of the configured key that unwraps it.
    root       TEXT NOT NULL,
    -- How often it has sealed, all processes together: random nonces bound that.
    sealings   BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    -- Nothing of the database lies under it any more. It stays for old backups.
    retired_at BIGINT
);

-- Bound to the sealed value and new with each write: an older value put back does not open.
ALTER TABLE external_logins ADD COLUMN sealed_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE totp_factors ADD COLUMN sealed_version BIGINT NOT NULL DEFAULT 0;
