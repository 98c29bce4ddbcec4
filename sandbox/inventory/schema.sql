CREATE TABLE articles (
    article TEXT PRIMARY KEY,
    description TEXT NOT NULL,
    on_hand INTEGER NOT NULL CHECK (on_hand >= 0)
);
-- status as last written: HELD, COMMITTED or RELEASED. EXPIRED is HELD read after expires_at.
CREATE TABLE holds (
    ref TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    content TEXT NOT NULL, -- what was asked for, in one canonical spelling
    expires_at REAL NOT NULL -- epoch seconds
);
CREATE TABLE hold_lines (
    ref TEXT NOT NULL REFERENCES holds,
    article TEXT NOT NULL REFERENCES articles,
    qty INTEGER NOT NULL CHECK (qty > 0),
    PRIMARY KEY (ref, article)
);
CREATE INDEX hold_lines_by_article ON hold_lines (article);
CREATE TABLE receipts (
    ref TEXT PRIMARY KEY,
    content TEXT NOT NULL, -- in one canonical spelling
    received_at REAL NOT NULL -- epoch seconds
);
