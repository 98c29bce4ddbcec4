CREATE TABLE articles (
    article TEXT PRIMARY KEY,
    description TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'A', -- B: blocked, lies there and may not leave
    free INTEGER NOT NULL -- in thousandths, as in the file
);
-- status: ALLOCATED, SHIPPED, REFUSED or CANCELLED; cancel: what became of an X file, T or R.
CREATE TABLE orders (
    number TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    cancel TEXT,
    touched_at REAL NOT NULL -- epoch seconds
);
CREATE TABLE order_lines (
    number TEXT NOT NULL REFERENCES orders,
    article TEXT NOT NULL,
    quantity INTEGER NOT NULL -- in thousandths
);
CREATE TABLE nights (sequence INTEGER PRIMARY KEY, at REAL NOT NULL);
