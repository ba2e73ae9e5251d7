-- Keys that sign access tokens (FrontDoor/Tokens); none while the algorithm is HS256
CREATE TABLE signing_keys (
    id          TEXT PRIMARY KEY,
    algorithm   TEXT NOT NULL,
    public_jwk  TEXT NOT NULL,
    private_key TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    signs_from  BIGINT NOT NULL,
    retired_at  BIGINT,
    not_after   BIGINT
);
-- Of nodes that make or rotate a key at the same moment one succeeds.
CREATE UNIQUE INDEX signing_keys_one_current ON signing_keys (algorithm) WHERE retired_at IS NULL;
