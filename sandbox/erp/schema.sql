CREATE TABLE customers (
    cust_no TEXT PRIMARY KEY,
    name1 TEXT NOT NULL,
    name2 TEXT,
    email TEXT,
    phone TEXT,
    blocked TEXT NOT NULL, -- Y or N
    changed_at TEXT NOT NULL
);
CREATE TABLE retired_customers (
    cust_no TEXT PRIMARY KEY, -- also one that nobody ever had
    retired_at TEXT NOT NULL
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
    net_price TEXT NOT NULL, -- decimal, tax included
    tax_rate TEXT NOT NULL -- percent
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
    delivery_addr_code TEXT,
    surcharge TEXT NOT NULL -- decimal
);
CREATE TABLE surcharge (
    amount TEXT NOT NULL -- decimal; what is added to each new order, if there is one
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
CREATE TABLE returns (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    order_no INTEGER NOT NULL REFERENCES orders,
    return_ref TEXT NOT NULL,
    status TEXT NOT NULL, -- 30 credited, 90 cancelled
    created_at TEXT NOT NULL,
    reason TEXT,
    credit_total TEXT NOT NULL, -- decimal
    UNIQUE (order_no, return_ref)
);
CREATE TABLE return_lines (
    return_no INTEGER NOT NULL REFERENCES returns,
    mat_no TEXT NOT NULL REFERENCES materials,
    qty TEXT NOT NULL, -- decimal
    PRIMARY KEY (return_no, mat_no)
);
CREATE TABLE discontinued (
    mat_no TEXT PRIMARY KEY REFERENCES materials -- not sold any more
);
CREATE TABLE invoices (
    order_no INTEGER PRIMARY KEY REFERENCES orders,
    issued_at TEXT NOT NULL
);
