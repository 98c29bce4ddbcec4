CREATE TABLE settings (
    running_seconds REAL NOT NULL
);
CREATE TABLE checks (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    external_reference TEXT NOT NULL,
    client_data TEXT NOT NULL,
    applicant TEXT NOT NULL, -- JSON
    result TEXT NOT NULL, -- PASS, REFER or FAIL; told from completed_at on
    alerts TEXT NOT NULL, -- JSON
    created_at REAL NOT NULL, -- epoch seconds, as all times here
    completed_at REAL NOT NULL,
    verdict TEXT, -- of a resolved REFER: PASS or FAIL
    analyst TEXT,
    note TEXT,
    resolved_at REAL
);
CREATE INDEX checks_by_reference ON checks (external_reference);
