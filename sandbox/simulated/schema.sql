CREATE TABLE documents (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX documents_by_kind ON documents (kind, no);
CREATE TABLE keys (
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL
);
CREATE INDEX keys_by_value ON keys (name, value, document);
CREATE INDEX keys_by_document ON keys (document);
