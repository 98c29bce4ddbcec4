"""Who might be the same as an applicant, out of ERP and CRM: more than are, never everybody.

By e-mail address, by postal code, and by name, since who has moved has another postal code. An address that
is stored with a tag or dots of its own (`a.b+x@gmail.com`) is found by name or postal code only: neither
system can search by what we make of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial

import structlog

from contracts.clients.system.crm.v1 import CrmClient
from contracts.clients.system.erp.v1 import ErpClient
from contracts.models.canonical import Address
from contracts.models.process.onboarding.v1 import NewOnboarding
from contracts.models.system.crm.v1 import Account
from contracts.models.system.erp.v1 import FoundCustomer, FoundCustomers
from process_apis.onboarding import names
from process_apis.onboarding.email_addresses import normalised, untagged
from process_apis.onboarding.matching import Known

log = structlog.get_logger()
erp, crm = ErpClient(), CrmClient()

Search = Callable[..., Awaitable[FoundCustomers]]

PAGE = 100
MOST_PAGES = 5

GROUPED = {"CA": 3, "CZ": 3, "GB": -3, "GR": 3, "IE": 3, "NL": 4, "SE": 3, "SK": 3}
"""Where the blank in a postal code stands, which people leave out as often as not."""


async def candidates(new: NewOnboarding) -> list[Known]:
    emails = sorted({new.email, normalised(new.email), untagged(new.email)})
    codes = sorted(postal_codes(new.address))
    in_erp, in_crm = await asyncio.gather(
        asyncio.gather(
            *(_all("email", partial(erp.find_customers, email=email)) for email in emails),
            *(_all("postal code", partial(erp.find_customers, postal_code=code)) for code in codes),
            *(_all("name", partial(erp.find_customers, name=words)) for words in _words(new.name)),
        ),
        asyncio.gather(*(crm.find_accounts(email=email) for email in emails)),
    )
    return merged(
        (one for found in in_erp for one in found),
        (account for found in in_crm for account in found.items),
    )


def postal_codes(address: Address) -> set[str]:
    """However it may be written."""
    code = address.postal_code.strip().upper()
    bare = code.replace(" ", "")
    place = GROUPED.get(address.country)
    return {code, bare, f"{bare[:place]} {bare[place:]}".strip() if place else bare}


def merged(customers: Iterable[FoundCustomer], accounts: Iterable[Account]) -> list[Known]:
    """One for each customer id, with all its spellings."""
    known: dict[str, Known] = {}
    for one in customers:
        here = known.setdefault(one.customer.id, Known(one.customer.id))
        here.names.add(one.customer.name)
        here.emails.add(one.customer.email)
        here.phone = one.customer.phone
        here.addresses = [held.address for held in one.addresses]
    for account in accounts:
        here = known.setdefault(account.customer_id, Known(account.customer_id))
        here.names.add(account.name)
        here.emails.add(account.email)
    return list(known.values())


def _words(name: str) -> list[str]:
    """What to search by: nothing for a name that is all signs."""
    words = names.own_words(name)
    return [" ".join(words)] if words else []


async def _all(what: str, search: Search) -> list[FoundCustomer]:
    found: list[FoundCustomer] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = await search(limit=PAGE, cursor=cursor)
        found += page.items
        if (cursor := page.next_cursor) is None:
            return found
    log.warning("duplicates_not_all_compared", by=what, compared=len(found))
    return found
