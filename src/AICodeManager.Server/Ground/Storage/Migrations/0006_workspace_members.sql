-- Who belongs to a workspace (Work/Workspaces): the one place that says who may touch it.
CREATE TABLE workspace_members (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id      TEXT NOT NULL REFERENCES users (id),
    role         TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
    added_by     TEXT NOT NULL REFERENCES users (id),
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX workspace_members_by_user ON workspace_members (user_id, workspace_id);

INSERT INTO workspace_members (workspace_id, user_id, role, added_by, created_at)
SELECT id, owner_id, 'owner', owner_id, created_at FROM workspaces;

-- A name is unique among those that one person gave, and says nothing about who may do what.
ALTER TABLE workspaces RENAME COLUMN owner_id TO named_by;
