"""What must never be, whatever was killed: by the backends' books, and by how the run ended."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from tests.crash_matrix.books import Account, Books, State

CONFIRMED = "20"
STANDING = {"10", CONFIRMED}


def placed(books: Books, ending: str | None) -> Iterator[str]:
    """Whole when the run completed; else nothing is left of it."""
    yield from anywhere(books)
    yield from _as_many(books, 1 if ending == "completed" else 0)


def cancelled(books: Books, ending: str | None) -> Iterator[str]:
    """A whole order was there before: it is untouched when nobody began, else it is undone."""
    yield from anywhere(books)
    yield from _as_many(books, 1 if ending is None else 0)
    refunds = sum(len(account.refunds) for account in books.accounts().values())
    if ending == "completed" and refunds != 1:
        yield f"{refunds} refunds of a cancelled order"


def returned(books: Books, ending: str | None) -> Iterator[str]:
    """The order stands in any case; with its return and refund when the run completed, else without."""
    yield from anywhere(books)
    yield from _as_many(books, 1)
    wanted = 1 if ending == "completed" else 0
    for account in books.accounts().values():
        if (len(account.returns), len(account.refunds)) != (wanted, wanted):
            yield f"{len(account.returns)} returns and {len(account.refunds)} refunds, not {wanted}"


def onboarded(books: Books, ending: str | None) -> Iterator[str]:
    """In the ERP and the CRM under one id, with a welcome, when the run completed; else nowhere."""
    yield from _letters(books)
    customers, accounts = books.added("erp", "customers"), _open(books)
    letters, checks = books.now["mail"]["letters"], books.added("compliance", "checks")
    found = (len(customers), len(accounts), len(letters))
    wanted = 1 if ending == "completed" else 0
    if found != (wanted, wanted, wanted):
        yield f"{found} customers, accounts and letters, where the run's end means {wanted}"
    ids = {each["CustNo"] for each in customers} | {each["externalRef"] for each in accounts}
    if len(ids) > 1:
        yield f"the systems know the customer under {ids}"
    addresses = {each["AddrType"] for each in books.added("erp", "addresses")}
    if addresses != ({"B", "D"} if wanted else set()):
        yield f"the ERP has the addresses {addresses}"
    if len(checks) > 1 or (checks and ending is None):
        yield f"{len(checks)} screenings"


def _open(books: Books) -> list[State]:
    """A closed account is what is left of one that was taken back."""
    return [each for each in books.added("crm", "accounts") if each["status"] != "CLOSED"]


def _as_many(books: Books, wanted: int) -> Iterator[str]:
    standing = [ref for ref, it in books.accounts().items() if it.order_status in STANDING]
    if len(standing) != wanted:
        yield f"{len(standing)} orders stand, where the run's end means {wanted}"


def anywhere(books: Books) -> Iterator[str]:
    """What holds of any order at any end."""
    for ref, account in books.accounts().items():
        for fault in (*_money(account), *_goods(account)):
            yield f"{ref}: {fault}"
    yield from _letters(books)
    yield from _shelves(books)


def _money(account: Account) -> Iterator[str]:
    stands = account.order_status in STANDING
    if account.kept and not stands:
        yield f"a charge of {account.kept} without an order"
    if stands and account.kept != account.owed:
        yield f"an order of {account.owed} with a charge of {account.kept}"
    if account.held:
        yield f"an authorisation of {account.held} left"
    if len(account.captures) > 1:
        yield f"{len(account.captures)} captures"
    refunds = Counter(refund["metadata"].get("reference") for refund in account.refunds)
    if twice := [reference for reference, times in refunds.items() if times > 1]:
        yield f"more than one refund for {twice}"


def _goods(account: Account) -> Iterator[str]:
    if account.order_status in STANDING - {CONFIRMED}:
        yield "an order that was never confirmed"
    if account.hold_status in {"HELD", "EXPIRED"}:
        yield "a reservation left"
    committed = account.hold_status == "COMMITTED"
    if committed != (account.order_status == CONFIRMED):
        yield f"an order {account.order_status or 'never entered'}, a hold {account.hold_status}"


def _letters(books: Books) -> Iterator[str]:
    for what, letters in books.letters():
        if len(letters) > 1:
            yield f"{len(letters)} letters under different Message-IDs: {what}"
        if not all(letter["alwaysTheSame"] for letter in letters):
            yield f"two letters under one Message-ID: {what}"


def _shelves(books: Books) -> Iterator[str]:
    """The goods that have gone are those of the orders that stand, less what came back."""
    sold: Counter[str] = Counter()
    for account in books.accounts().values():
        confirmed = account.order if account.order_status == CONFIRMED else None
        for line in confirmed["Lines"] if confirmed else ():
            sold[line["MatNo"]] += int(Decimal(line["Qty"]))
    sold.subtract(books.came_back())
    gone, kept = books.stock_moved(), {sku: count for sku, count in sold.items() if count}
    if gone != kept:
        yield f"{gone} left the shelves, {kept} was sold"
