CREATE TABLE intents (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    created INTEGER NOT NULL, -- epoch seconds
    amount INTEGER NOT NULL, -- minor units, as all amounts here
    amount_capturable INTEGER NOT NULL DEFAULT 0,
    amount_received INTEGER NOT NULL DEFAULT 0,
    currency TEXT NOT NULL,
    status TEXT NOT NULL,
    capture_method TEXT NOT NULL,
    payment_method TEXT,
    description TEXT,
    customer TEXT,
    receipt_email TEXT,
    latest_charge INTEGER REFERENCES charges,
    last_payment_error TEXT, -- JSON
    canceled_at INTEGER,
    cancellation_reason TEXT
);
CREATE TABLE charges (
    no INTEGER PRIMARY KEY AUTOINCREMENT
);
CREATE TABLE refunds (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    intent INTEGER NOT NULL REFERENCES intents,
    charge INTEGER NOT NULL REFERENCES charges,
    created INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    reason TEXT,
    metadata TEXT NOT NULL -- JSON
);
CREATE INDEX refunds_by_intent ON refunds (intent);
CREATE TABLE intent_metadata (
    intent INTEGER NOT NULL REFERENCES intents,
    name TEXT NOT NULL,
    value TEXT NOT NULL COLLATE NOCASE, -- Stripe searches without regard to letter case
    PRIMARY KEY (intent, name)
);
CREATE INDEX intents_by_metadata ON intent_metadata (name, value);
CREATE TABLE idempotency (
    key TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    params TEXT NOT NULL, -- JSON, keys sorted
    status INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE TABLE events (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL,
    intent INTEGER NOT NULL REFERENCES intents,
    created INTEGER NOT NULL DEFAULT (strftime('%s', 'now')) -- epoch seconds
);
CREATE TRIGGER intent_moved AFTER UPDATE OF status ON intents WHEN OLD.status <> NEW.status
BEGIN
    INSERT INTO events (type, intent)
    SELECT column2, NEW.no FROM (VALUES
        ('requires_capture', 'payment_intent.amount_capturable_updated'),
        ('succeeded', 'payment_intent.succeeded'),
        ('canceled', 'payment_intent.canceled'),
        ('requires_payment_method', 'payment_intent.payment_failed')
    ) WHERE column1 = NEW.status;
END;
CREATE TRIGGER money_refunded AFTER INSERT ON refunds
BEGIN
    INSERT INTO events (type, intent) VALUES ('charge.refunded', NEW.intent);
END;
