CREATE TABLE accounts (
    no INTEGER PRIMARY KEY,
    external_ref TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    mail TEXT NOT NULL,
    phone TEXT,
    tier TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'ACTIVE',
    modified_ms INTEGER NOT NULL,
    consents TEXT -- JSON; NULL: nothing was said yet
);
CREATE INDEX accounts_by_mail ON accounts (lower(mail));
CREATE TABLE activities (
    no INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES accounts,
    client_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    summary TEXT NOT NULL,
    occurred_at INTEGER NOT NULL, -- epoch milliseconds
    UNIQUE (account, client_id)
);
CREATE INDEX activities_newest ON activities (account, occurred_at DESC, no DESC);
