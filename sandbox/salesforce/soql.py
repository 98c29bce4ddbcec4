"""A part of SOQL, read by Salesforce's rules and turned into SQL with every value bound.

`SELECT a, b FROM X [WHERE ...] [ORDER BY a [DESC], ...] [LIMIT n]`; AND and OR do not mix without
brackets. Texts compare whatever the letter case, ids and case-sensitive external ids do not.
"""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.salesforce.errors import SalesforceError, malformed
from sandbox.salesforce.ids import is_id
from sandbox.salesforce.settings import setting
from sandbox.salesforce.sobjects import (
    CHECKBOXES,
    EXTERNAL_ID,
    MOMENTS,
    READABLE,
    TABLES,
    utc_text,
)

TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*')
        |(?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
        |(?P<number>\d+)|(?P<word>[A-Za-z_][\w.]*)|(?P<sign>!=|<=|>=|[=<>(),]))""",
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
COMPARISONS = ("=", "!=", "<", ">", "<=", ">=")
EXACT = frozenset({"Id", "WhatId", EXTERNAL_ID, *CHECKBOXES, *MOMENTS})
CONSTANTS = {"NULL": None, "TRUE": 1, "FALSE": 0}
END = ("end", "")


@dataclass
class Select:
    fields: list[str]
    sobject: str
    where: str = "1"
    order: str = "no"
    limit: int = -1
    values: list[Any] = field(default_factory=list)


def read(db: sqlite3.Connection, soql: str) -> Select:
    return _Reader(db, _tokens(soql)).select()


def _tokens(soql: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while soql[at:].strip():
        match = TOKEN.match(soql, at)
        if match is None or match.lastgroup is None:
            raise malformed(f"unexpected token: {soql[at : at + 20]!r}")
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


class _Reader:
    def __init__(self, db: sqlite3.Connection, tokens: Sequence[tuple[str, str]]) -> None:
        self._db, self._tokens, self._at = db, tokens, 0
        self._select = Select([], "")

    def select(self) -> Select:
        self._want("SELECT")
        names = [self._word()]
        while self._may(","):
            names.append(self._word())
        self._want("FROM")
        self._select.sobject = self._word()
        if self._select.sobject not in TABLES:
            message = f"sObject type '{self._select.sobject}' is not supported."
            raise SalesforceError(400, "INVALID_TYPE", message)
        self._select.fields = [name for name in names if self._column(name)]
        if self._may("WHERE"):
            self._select.where = self._condition()
        if self._may("ORDER"):
            self._want("BY")
            self._select.order = self._ordering()
        if self._may("LIMIT"):
            self._select.limit = int(self._take("number"))
        if self._peek() != END:
            raise malformed(f"unexpected token: '{self._peek()[1]}'")
        return self._select

    def _condition(self) -> str:
        parts, joiner = [self._term()], ""
        while (word := self._peek()[1].upper()) in ("AND", "OR"):
            if joiner not in ("", word):
                raise malformed(f"unexpected token: '{word}'")
            joiner = word
            self._at += 1
            parts.append(self._term())
        return f"({f' {joiner} '.join(parts)})"

    def _term(self) -> str:
        if self._may("("):
            inner = self._condition()
            self._want(")")
            return inner
        name = self._word()
        column, sign = self._column(name), self._take("sign")
        if sign not in COMPARISONS:
            raise malformed(f"unexpected token: '{sign}'")
        value = self._value(name)
        if value is None:
            return f"{column} IS {'NOT ' if sign == '!=' else ''}NULL"
        if name == "Id" and not is_id(str(value)):
            message = f"invalid ID field: {value}"
            raise SalesforceError(400, "INVALID_QUERY_FILTER_OPERATOR", message)
        self._select.values.append(value)
        exact = name.rpartition(".")[2] in EXACT
        return f"{column} {sign} ?" if exact else f"fold({column}) {sign} fold(?)"

    def _value(self, name: str) -> Any:
        kind, text = self._peek()
        self._at += 1
        if kind == "text":
            return ESCAPE.sub(_unescaped, text[1:-1])
        if kind == "moment" and name in MOMENTS:
            return utc_text(text)
        if kind == "number":
            return int(text)
        if text.upper() in CONSTANTS:
            return CONSTANTS[text.upper()]
        raise malformed(f"unexpected token: '{text}'")

    def _ordering(self) -> str:
        parts = []
        while True:
            column = self._column(self._word())
            direction = self._peek()[1].upper()
            self._at += direction in ("ASC", "DESC")
            parts.append(f"{column} {direction if direction == 'DESC' else 'ASC'}")
            if not self._may(","):
                return ", ".join(parts)

    def _column(self, name: str) -> str:
        relation, _, plain = name.rpartition(".")
        sobject = self._select.sobject
        if relation == "Account" and sobject == "Task":
            self._visible("Account", plain)
            return f"(SELECT {plain} FROM accounts WHERE accounts.Id = tasks.WhatId)"  # noqa: S608 - checked
        if relation:
            raise malformed(f"Didn't understand relationship '{relation}'")
        self._visible(sobject, plain)
        return f"{TABLES[sobject]}.{plain}"

    def _visible(self, sobject: str, name: str) -> None:
        hidden = name == EXTERNAL_ID and setting(self._db, "fieldHidden")
        if hidden or name not in READABLE[sobject]:
            message = f"No such column '{name}' on entity '{sobject}'."
            raise SalesforceError(400, "INVALID_FIELD", message)

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else END

    def _may(self, word: str) -> bool:
        taken = self._peek()[0] in ("word", "sign") and self._peek()[1].upper() == word
        self._at += taken
        return taken

    def _want(self, word: str) -> None:
        if not self._may(word):
            raise malformed(f"expecting {word}, found '{self._peek()[1]}'")

    def _word(self) -> str:
        return self._take("word")

    def _take(self, kind: str) -> str:
        found, text = self._peek()
        if found != kind:
            raise malformed(f"unexpected token: '{text}'")
        self._at += 1
        return text


def _unescaped(match: re.Match[str]) -> str:
    sign = match[1]
    if sign[0] == "u" and len(sign) > 1:
        return chr(int(sign[1:], 16))
    if sign.lower() not in ESCAPED:
        raise malformed(f"Invalid string literal. Illegal character sequence '\\{sign}'")
    return ESCAPED[sign.lower()]
