-- What the tasks of a workspace find in their environment (Work/Workspaces/Environment); values are sealed.
-- sealed_version is the version of the workspace's environment in which the value was set: part of what the value is
-- sealed to, so that an older value of the same name does not open in its place.
CREATE TABLE workspace_environment (
    workspace_id   TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name           TEXT NOT NULL,
    value          TEXT NOT NULL,
    sealed_version BIGINT NOT NULL,
    size           BIGINT NOT NULL,
    updated_by     TEXT NOT NULL REFERENCES users (id),
    updated_at     BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

-- Counts every change of the environment and never goes back, also where a variable is removed and set anew.
ALTER TABLE workspaces ADD COLUMN environment_version BIGINT NOT NULL DEFAULT 0;

-- Whether the audit keeps prompts and tool calls themselves, beside their hashes.
ALTER TABLE workspaces ADD COLUMN audit_content BIGINT NOT NULL DEFAULT 0;
