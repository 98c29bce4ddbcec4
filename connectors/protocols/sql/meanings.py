"""What a driver's exception means, by SQLSTATE, MySQL's number or SQLite's name for it.

Sources: PostgreSQL appendix A; the error references of MySQL and MariaDB; sqlite.org/rescode.html.
"""

from collections.abc import Iterator
from enum import Enum
from ssl import SSLCertVerificationError


class Meaning(Enum):
    """The value is the word for the log."""

    UNREACHED = "unreached"
    LOST = "lost"
    BUSY = "busy"
    """Somebody else has the rows: the database took back all we did."""
    LATE = "silent"
    TAKEN = "taken"
    REFUSED = "refused"
    FULL = "full"
    """It takes no changes now: a full disk, a replica."""
    GARBAGE = "garbage"
    TOO_LARGE = "too-large"
    FAILED = "failed"
    OPERATOR = "misconfigured"


class Spoilt(ConnectionError):
    """What we raise ourselves where a driver reads, which wraps it in errors of its own."""

    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning
        super().__init__(meaning.value)


_M = Meaning
_POSTGRESQL = {
    _M.UNREACHED: ["08001", "08004", "53300", "57P03"],
    _M.LOST: ["08", "57P01", "57P02", "57P05"],
    _M.BUSY: ["40", "55P03"],
    _M.LATE: ["25P03", "57014"],
    _M.TAKEN: ["23505"],
    _M.REFUSED: ["22001", "22003", "23", "44", "P0"],
    _M.FULL: ["25006", "53"],
    _M.GARBAGE: ["22"],
    _M.OPERATOR: ["0A", "28", "3D", "3F", "42"],
}
"""By SQLSTATE, or by its class: the first two characters."""
_MYSQL = {
    _M.UNREACHED: ["1040", "1203", "2002", "2003", "2005"],
    _M.LOST: ["1053", "1152", "1158", "1160", "1927", "2006", "2013", "2055"],
    _M.BUSY: ["1020", "1205", "1213"],
    _M.LATE: ["1317", "1969", "3024"],
    _M.TAKEN: ["1062", "1586"],
    _M.REFUSED: ["1048", "1264", "1366", "1406", "1451", "1452", "1644", "3819", "4025"],
    _M.FULL: ["1021", "1030", "1041", "1114", "1290", "1792", "1836"],
    _M.OPERATOR: [
        *("1044", "1045", "1046", "1049", "1054", "1064", "1142", "1143", "1146"),
        *("1227", "1370", "1698", "2026", "2054", "2061"),
    ],
}
_SQLITE = {
    _M.BUSY: ["SQLITE_BUSY", "SQLITE_LOCKED"],
    _M.LATE: ["SQLITE_INTERRUPT"],
    _M.TAKEN: ["SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE"],
    _M.REFUSED: ["SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_TOOBIG"],
    _M.FULL: ["SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY"],
    _M.OPERATOR: ["SQLITE_AUTH", "SQLITE_CANTOPEN", "SQLITE_ERROR", "SQLITE_NOTADB"],
}
"""By the extended name, or by the name of its kind: the first two words."""

MEANINGS: dict[str, Meaning] = {
    code: meaning
    for table in (_POSTGRESQL, _MYSQL, _SQLITE)
    for meaning, codes in table.items()
    for code in codes
}


def meaning_of(error: Exception) -> tuple[Meaning, str]:
    """With the code, which may be quoted, as the text of an error may not."""
    raised = getattr(error, "orig", None) or error
    code = _code(raised)
    for cause in _behind(raised):
        if isinstance(cause, Spoilt):
            return cause.meaning, cause.meaning.value
        if isinstance(cause, SSLCertVerificationError):  # aiomysql calls it unreached
            return Meaning.OPERATOR, "certificate"
    known = MEANINGS.get(code) or MEANINGS.get(_kind(code))
    if known is None and getattr(error, "connection_invalidated", False):
        return Meaning.LOST, code
    return known or _uncoded(raised), code


def _behind(error: BaseException) -> Iterator[BaseException]:
    """The error, and what it came from."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _code(error: BaseException) -> str:
    """MySQL's number before its SQLSTATE, which says too little."""
    if isinstance(error, OSError):
        return type(error).__name__
    if error.args and isinstance(error.args[0], int):
        return str(error.args[0])
    named = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    return str(named or type(error).__name__)


def _kind(code: str) -> str:
    return "_".join(code.split("_")[:2]) if code.startswith("SQLITE_") else code[:2]


def _uncoded(error: BaseException) -> Meaning:
    """Drivers let through as it is some of what happens to a connection."""
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.exc import TimeoutError as PoolTimeout

    if type(error) is ConnectionError:
        return Meaning.OPERATOR  # how asyncpg says that a server has no TLS
    if isinstance(error, PoolTimeout):
        return Meaning.UNREACHED
    if isinstance(error, OSError | EOFError) or type(error).__name__ == "InterfaceError":
        return Meaning.LOST
    ours = isinstance(error, SQLAlchemyError) or type(error).__name__ == "ProgrammingError"
    return Meaning.FAILED if ours else Meaning.GARBAGE
