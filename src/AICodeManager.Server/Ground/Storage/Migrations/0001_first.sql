-- Accounts and sessions (FrontDoor/Accounts, FrontDoor/Sessions)
CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    email         TEXT NOT NULL,
    email_key     TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    role          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    disabled_at   BIGINT,
    created_at    BIGINT NOT NULL
);

CREATE TABLE sessions (
    id           TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES users (id),
    kind         TEXT NOT NULL,
    token_hash   TEXT NOT NULL UNIQUE,
    address      TEXT,
    user_agent   TEXT,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    ended_at     BIGINT
);
CREATE INDEX sessions_by_user ON sessions (user_id);

-- Audit (Keeping/Audit)
CREATE TABLE audit_events (
    id            TEXT PRIMARY KEY,
    at            BIGINT NOT NULL,
    name          TEXT NOT NULL,
    outcome       TEXT NOT NULL,
    actor_id      TEXT,
    session_id    TEXT,
    request_id    TEXT NOT NULL,
    address       TEXT,
    resource_type TEXT,
    resource_id   TEXT,
    reason        TEXT,
    details       TEXT
);
CREATE INDEX audit_events_by_name ON audit_events (name, id);
CREATE INDEX audit_events_by_actor ON audit_events (actor_id, id);

-- Workspaces and projects (Work/Workspaces, Work/Projects)
CREATE TABLE workspaces (
    id         TEXT PRIMARY KEY,
    owner_id   TEXT NOT NULL REFERENCES users (id),
    name       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (owner_id, name)
);

CREATE TABLE projects (
    id           TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name         TEXT NOT NULL,
    source_type  TEXT NOT NULL,
    source_url   TEXT,
    state        TEXT NOT NULL,
    reason       TEXT,
    detail       TEXT,
    created_at   BIGINT NOT NULL,
    UNIQUE (workspace_id, name)
);

-- Tasks (Work/Tasks)
CREATE TABLE tasks (
    id                 TEXT PRIMARY KEY,
    project_id         TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    created_by         TEXT NOT NULL REFERENCES users (id),
    agent              TEXT NOT NULL,
    approvals          TEXT NOT NULL,
    prompt             TEXT NOT NULL,
    state              TEXT NOT NULL,
    reason             TEXT,
    sandbox            TEXT,
    agent_session      TEXT,
    model              TEXT NOT NULL,
    gateway_token_hash TEXT,
    output_offset      BIGINT NOT NULL,
    last_event         BIGINT NOT NULL,
    turns              BIGINT NOT NULL,
    budget_microusd    BIGINT NOT NULL,
    spent_microusd     BIGINT NOT NULL,
    reserved_microusd  BIGINT NOT NULL,
    input_tokens       BIGINT NOT NULL,
    output_tokens      BIGINT NOT NULL,
    cancel_requested   BIGINT,
    created_at         BIGINT NOT NULL,
    started_at         BIGINT,
    finished_at        BIGINT
);
CREATE INDEX tasks_by_project ON tasks (project_id, id);
CREATE INDEX tasks_by_state ON tasks (state, id);
-- A working copy has one writer: at most one task of a project is under way.
CREATE UNIQUE INDEX tasks_one_active ON tasks (project_id) WHERE state IN ('starting', 'running', 'waiting_approval');

CREATE TABLE task_messages (
    task_id      TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    number       BIGINT NOT NULL,
    author_id    TEXT NOT NULL REFERENCES users (id),
    text         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    delivered_at BIGINT,
    PRIMARY KEY (task_id, number)
);

CREATE TABLE task_events (
    task_id TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    number  BIGINT NOT NULL,
    type    TEXT NOT NULL,
    at      BIGINT NOT NULL,
    data    TEXT NOT NULL,
    PRIMARY KEY (task_id, number)
);

CREATE TABLE task_approvals (
    task_id    TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    request_id TEXT NOT NULL,
    tool       TEXT NOT NULL,
    input      TEXT NOT NULL,
    input_hash TEXT NOT NULL,
    state      TEXT NOT NULL,
    remember   BIGINT NOT NULL,
    message    TEXT,
    created_at BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by TEXT,
    delivered_at BIGINT,
    PRIMARY KEY (task_id, request_id)
);

CREATE TABLE model_calls (
    id                TEXT PRIMARY KEY,
    task_id           TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    model             TEXT NOT NULL,
    reserved_microusd BIGINT NOT NULL,
    cost_microusd     BIGINT,
    input_tokens      BIGINT NOT NULL,
    output_tokens     BIGINT NOT NULL,
    cache_write_tokens BIGINT NOT NULL,
    cache_read_tokens BIGINT NOT NULL,
    outcome           TEXT,
    started_at        BIGINT NOT NULL,
    settled_at        BIGINT
);
CREATE INDEX model_calls_by_task ON model_calls (task_id);
