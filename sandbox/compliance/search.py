"""Checks by the beginning of their reference, the newest first, page by page."""

from sandbox.compliance import checks
from sandbox.compliance.applicants import refused
from sandbox.messages import Reply, json_reply
from sandbox.rest import Call

PAGE, LARGEST_PAGE = 10, 25
MOST = 2**62

# substr, because LIKE would take % and _ for wildcards.
STATEMENT = """
    SELECT * FROM checks WHERE substr(external_reference, 1, length(?1)) = ?1 AND no < ?2
    ORDER BY no DESC LIMIT ?3
"""


def search(call: Call) -> Reply:
    if unknown := call.query.keys() - {"externalReference", "pageSize", "after"}:
        raise refused(400, "BAD_REQUEST", f"Unknown: {', '.join(sorted(unknown))}")
    reference = call.query.get("externalReference", "")
    if not reference:
        raise refused(400, "BAD_REQUEST", "Search by externalReference")
    size, before = _size(call.query.get("pageSize", str(PAGE))), _place(call.query.get("after"))
    rows = call.db.execute(STATEMENT, (reference, before, size + 1)).fetchall()
    page = [checks.shape(row, call.now) for row in rows[:size]]
    more = page[-1]["checkId"] if len(rows) > size else None
    return json_reply(200, {"checks": page, "page": {"after": more}})


def _size(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= LARGEST_PAGE):
        raise refused(400, "BAD_REQUEST", f"pageSize is an integer from 1 to {LARGEST_PAGE}")
    return int(text)


def _place(after: str | None) -> int:
    if after is None:
        return MOST
    digits = after.removeprefix("chk_")
    if not (digits.isascii() and digits.isdecimal()):
        raise refused(400, "BAD_REQUEST", "after is not one of ours")
    return int(digits)
