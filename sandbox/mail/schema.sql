CREATE TABLE deliveries (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id TEXT NOT NULL, -- empty: it has none
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL, -- JSON
    raw BLOB NOT NULL,
    at REAL NOT NULL -- epoch seconds
);
CREATE TABLE greylist (
    recipient TEXT PRIMARY KEY,
    welcome_at REAL NOT NULL -- epoch seconds
);
