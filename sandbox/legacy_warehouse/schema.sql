-- The warehouse's tables as they came over from the host in 1997. All three databases read this.

CREATE TABLE ITEMMAST (
    ITEM_NO    CHAR(18)       NOT NULL,  -- capitals, blanks at the end
    DESCR      VARCHAR(40)    NOT NULL,
    STATUS_CD  CHAR(1)        NOT NULL,  -- A active, B blocked, X deleted
    UOM        CHAR(3)        NOT NULL,  -- EA pieces, MTR metres
    PRIMARY KEY (ITEM_NO)
);

CREATE TABLE STOCKBAL (
    ITEM_NO    CHAR(18)       NOT NULL,
    LOC_CD     CHAR(4)        NOT NULL,  -- MAIN, OVER (overflow), QUAR (quarantine)
    ON_HAND    NUMERIC(11,3)  NOT NULL,
    PICKED     NUMERIC(11,3)  NOT NULL,  -- still on hand, on a cart
    LAST_UPD   NUMERIC(14)    NOT NULL,  -- YYYYMMDDHHMMSS by the wall clock
    PRIMARY KEY (ITEM_NO, LOC_CD),
    FOREIGN KEY (ITEM_NO) REFERENCES ITEMMAST (ITEM_NO)
);

CREATE TABLE ALLOCHDR (
    SRC_SYS    CHAR(3)        NOT NULL,  -- whose allocation it is: TEL, WEB, ...
    EXT_REF    VARCHAR(64)    NOT NULL,  -- under which reference of theirs
    STATUS_CD  CHAR(1)        NOT NULL,  -- O open, C confirmed, P picked, S shipped, R released
    VALID_TO   NUMERIC(14)    NOT NULL,  -- of an open one; nothing else ends it
    LAST_UPD   NUMERIC(14)    NOT NULL,
    PRIMARY KEY (SRC_SYS, EXT_REF)
);

CREATE TABLE ALLOCLIN (
    SRC_SYS    CHAR(3)        NOT NULL,
    EXT_REF    VARCHAR(64)    NOT NULL,
    LINE_NO    NUMERIC(5)     NOT NULL,
    LOC_CD     CHAR(4)        NOT NULL,  -- a line may draw on several
    ITEM_NO    CHAR(18)       NOT NULL,
    QTY        NUMERIC(11,3)  NOT NULL CHECK (QTY > 0),
    PRIMARY KEY (SRC_SYS, EXT_REF, LINE_NO, LOC_CD),
    FOREIGN KEY (SRC_SYS, EXT_REF) REFERENCES ALLOCHDR (SRC_SYS, EXT_REF),
    FOREIGN KEY (ITEM_NO, LOC_CD) REFERENCES STOCKBAL (ITEM_NO, LOC_CD)
);

CREATE INDEX ALLOCLIN_ITEM ON ALLOCLIN (ITEM_NO, LOC_CD);
