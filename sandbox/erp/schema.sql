CREATE TABLE customers (
    cust_no TEXT PRIMARY KEY,
    name1 TEXT NOT NULL,
    name2 TEXT,
    email TEXT,
    phone TEXT,
    blocked TEXT NOT NULL, -- Y or N
    changed_at TEXT NOT NULL
);
CREATE TABLE addresses (
    cust_no TEXT NOT NULL REFERENCES customers,
    addr_code TEXT NOT NULL,
    addr_type TEXT NOT NULL, -- B or D
    street TEXT NOT NULL,
    zip TEXT NOT NULL,
    city TEXT NOT NULL,
    country TEXT NOT NULL,
    PRIMARY KEY (cust_no, addr_code)
);
CREATE TABLE materials (
    mat_no TEXT PRIMARY KEY,
    description TEXT NOT NULL,
    currency TEXT NOT NULL,
    net_price TEXT NOT NULL -- decimal
);
CREATE TABLE orders (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    ext_ref TEXT NOT NULL UNIQUE,
    cust_no TEXT NOT NULL REFERENCES customers,
    status TEXT NOT NULL, -- 10 entered, 20 confirmed, 90 cancelled
    currency TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    payment_ref TEXT,
    delivery_addr_code TEXT
);
CREATE INDEX orders_by_customer ON orders (cust_no, no);
CREATE TABLE order_lines (
    order_no INTEGER NOT NULL REFERENCES orders,
    line_no INTEGER NOT NULL,
    mat_no TEXT NOT NULL REFERENCES materials,
    qty TEXT NOT NULL, -- decimal
    unit_price TEXT NOT NULL, -- decimal
    PRIMARY KEY (order_no, line_no)
);
