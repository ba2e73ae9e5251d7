-- What admission must know of a user (FrontDoor/Standing)
-- version grows with every change of the row that admission could see; epoch with every change that ends all sessions.
ALTER TABLE users ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE users ADD COLUMN epoch BIGINT NOT NULL DEFAULT 1;
ALTER TABLE users ADD COLUMN second_factor BIGINT NOT NULL DEFAULT 0;

-- Sessions live in the coordination room from now on; those of the table die with this step and sign in again.
DROP TABLE sessions;
