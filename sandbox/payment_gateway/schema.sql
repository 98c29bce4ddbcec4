-- A reference is not unique: the gateway takes it anew once it has forgotten that it was used.
CREATE TABLE transactions (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    ref TEXT NOT NULL,
    memo TEXT,
    status TEXT NOT NULL, -- A authorised, S settled, R reversed, D declined, X reversed unseen
    currency TEXT,
    exponent TEXT,
    amount INTEGER, -- minor units, as all amounts here
    captured INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX transactions_by_ref ON transactions (ref, no);
CREATE TABLE refunds (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    original INTEGER NOT NULL REFERENCES transactions,
    ref TEXT NOT NULL,
    amount INTEGER NOT NULL,
    host_time TEXT NOT NULL -- local
);
CREATE TABLE transmissions ( -- what a second one is recognised by, for a while
    operation TEXT NOT NULL,
    ref TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (operation, ref)
);
CREATE TABLE nonces (
    nonce TEXT PRIMARY KEY
);
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
);
