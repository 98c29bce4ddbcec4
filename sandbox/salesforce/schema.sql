CREATE TABLE accounts (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    Id TEXT NOT NULL DEFAULT '',
    Name TEXT NOT NULL,
    StrataId__c TEXT, -- unique as long as `settings` says so
    StrataEmail__c TEXT,
    StrataSegment__c TEXT,
    StrataClosed__c INTEGER NOT NULL DEFAULT 0,
    StrataOrderNewsEmail__c INTEGER NOT NULL DEFAULT 1,
    StrataOrderNewsSms__c INTEGER NOT NULL DEFAULT 0,
    StrataOrderNewsPush__c INTEGER NOT NULL DEFAULT 1,
    StrataMarketingEmail__c INTEGER NOT NULL DEFAULT 0,
    StrataMarketingSms__c INTEGER NOT NULL DEFAULT 0,
    StrataMarketingPush__c INTEGER NOT NULL DEFAULT 0,
    IsDeleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX accounts_by_key ON accounts (StrataId__c);
CREATE TABLE tasks (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    Id TEXT NOT NULL DEFAULT '',
    WhatId TEXT,
    Subject TEXT,
    Type TEXT,
    Status TEXT,
    ActivityDate TEXT,
    StrataId__c TEXT,
    StrataAt__c TEXT, -- `2026-03-01T12:00:00Z`, so that texts compare as moments do
    IsDeleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX tasks_by_key ON tasks (StrataId__c);
CREATE INDEX tasks_of ON tasks (WhatId, StrataAt__c);
CREATE TABLE locators (
    id TEXT PRIMARY KEY,
    rows TEXT NOT NULL -- JSON: the records that are still to be told
);
CREATE TABLE sessions (
    token TEXT PRIMARY KEY,
    ends REAL NOT NULL -- epoch seconds
);
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL -- JSON
);
