"""What Salesforce may answer, told by a script: refusals the sandbox has no way to give, and worse."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from connectors.crm.salesforce import Connector, Options
from connectors.crm.salesforce.org import API
from connectors.reach import Reach
from contracts.models.system.crm.v1 import AccountProfile
from runtime.calls.http import Reply, Request, Sender
from runtime.problems import Misconfigured, Missing, Problem, Rejected, Unavailable
from tests.connectors.vendors import FITTING, URL

PROFILE = AccountProfile(name="Nora", email="nora@example.com")
ROW = {"Id": "0" * 18, "StrataId__c": "C-1", "Name": "Nora", "StrataEmail__c": "nora@example.com"}
ROW |= {"StrataSegment__c": "Gold"}
GRANTED = {"access_token": "00D!token", "instance_url": URL}


def crm(*answers: tuple[int, Any], seen: list[Request] | None = None) -> Connector:
    """Logs in, and is then told these, the last again and again."""
    left = list(answers)

    async def script(request: Request, /, *, timeout: float) -> Reply:  # noqa: ARG001 - a Sender's
        if request.url.endswith("/services/oauth2/token"):
            return Reply(200, [], orjson.dumps(GRANTED))
        if seen is not None:
            seen.append(request)
        status, told = left.pop(0) if len(left) > 1 else left[0]
        return Reply(status, [], orjson.dumps(told))

    return connector(script)


def connector(sender: Sender) -> Connector:
    options = {"url": URL, "client_id": "app", "user": "me@example.com", "timeout_seconds": 0.5}
    options |= FITTING["connectors.crm.salesforce"]
    return Connector(Options.model_validate(options), Reach(sender))


def refusal(code: str, *fields: str) -> list[dict[str, Any]]:
    return [{"errorCode": code, "message": "nora@example.com", "fields": list(fields)}]


def steps(*results: tuple[int, Any]) -> tuple[int, Any]:
    names = ("upsert", "account")
    told = [
        {"referenceId": name, "httpStatusCode": status, "body": body}
        for name, (status, body) in zip(names, results, strict=True)
    ]
    return 200, {"compositeResponse": told}


def found(*rows: Any) -> tuple[int, Any]:
    return 200, {"done": True, "records": list(rows)}


HALTED = (400, refusal("PROCESSING_HALTED"))

MEANINGS: dict[str, tuple[type[Problem], int, str]] = {
    "API_DISABLED_FOR_ORG": (Misconfigured, 502, "misconfigured"),
    "DUPLICATES_DETECTED": (Rejected, 409, "conflict"),
    "DUPLICATE_VALUE": (Rejected, 409, "conflict"),
    "ENTITY_IS_DELETED": (Missing, 404, "missing"),
    "INSUFFICIENT_ACCESS_OR_READONLY": (Misconfigured, 502, "misconfigured"),
    "INVALID_FIELD": (Misconfigured, 502, "misconfigured"),
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": (Misconfigured, 502, "misconfigured"),
    "MALFORMED_QUERY": (Misconfigured, 502, "misconfigured"),
    "NOT_FOUND": (Misconfigured, 502, "misconfigured"),
    "REQUEST_LIMIT_EXCEEDED": (Unavailable, 503, "calls-used-up"),
    "SERVER_UNAVAILABLE": (Unavailable, 503, "unavailable"),
    "STORAGE_LIMIT_EXCEEDED": (Misconfigured, 502, "misconfigured"),
    "UNABLE_TO_LOCK_ROW": (Unavailable, 503, "unavailable"),
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": (Rejected, 422, "rejected"),
    "SOMETHING_NEW": (Rejected, 422, "rejected"),
}


@pytest.mark.parametrize("inside", [True, False], ids=["of a step", "of the call"])
@pytest.mark.parametrize("code", MEANINGS)
async def test_a_refusal_is_told_as_what_it_means(code: str, inside: bool) -> None:
    refused = (400, refusal(code))

    with pytest.raises(Problem) as caught:
        await crm(steps(refused, HALTED) if inside else refused).put_account("C-1", PROFILE)

    kind, status, slug = MEANINGS[code]
    assert type(caught.value) is kind or issubclass(type(caught.value), kind)
    assert isinstance(caught.value, Misconfigured) == (kind is Misconfigured)
    assert (caught.value.code, caught.value.slug) == (status, slug)
    assert "nora" not in str(caught.value.document)


@pytest.mark.parametrize(
    ("code", "field", "pointer"),
    [
        ("REQUIRED_FIELD_MISSING", "Name", "#/name"),
        ("STRING_TOO_LONG", "Name", "#/name"),
        ("INVALID_EMAIL_ADDRESS", "StrataEmail__c", "#/email"),
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "StrataSegment__c", "#/segment"),
    ],
)
async def test_a_field_that_is_not_accepted_is_pointed_at(
    code: str, field: str, pointer: str
) -> None:
    refused = steps((400, refusal(code, field, "Somebody__c")), HALTED)

    with pytest.raises(Rejected) as caught:
        await crm(refused).put_account("C-1", PROFILE)

    assert [error["pointer"] for error in caught.value.document["errors"]] == [pointer]


async def test_two_who_make_one_account_at_once_both_succeed() -> None:
    lost = steps((400, refusal("DUPLICATE_VALUE")), HALTED)
    there = steps((200, {"success": True}), found(ROW))

    assert (await crm(lost, there).put_account("C-1", PROFILE)).segment == "gold"


async def test_an_account_that_stays_open_when_it_is_removed_is_a_bad_answer() -> None:
    with pytest.raises(Unavailable) as caught:
        await crm(steps((200, {"success": True}), found(ROW))).remove_account("C-1")

    assert caught.value.slug == "bad-answer"


async def test_an_account_of_another_letter_case_is_for_an_operator() -> None:
    with pytest.raises(Misconfigured, match="case sensitive"):
        await crm(found(ROW | {"StrataId__c": "c-1"})).get_account("C-1")


@pytest.mark.parametrize(
    "elsewhere",
    ["http://evil.test/", "//evil.test/x", f"{API}/query/../../x", f"{API}/query/1?x", "", 7],
)
async def test_the_next_page_is_never_elsewhere(elsewhere: Any) -> None:
    seen: list[Request] = []
    page = (200, {"done": False, "records": [], "nextRecordsUrl": elsewhere})

    with pytest.raises(Unavailable) as caught:
        await crm(page, seen=seen).find_accounts("nora@example.com")

    assert caught.value.slug == "bad-answer"
    assert len(seen) == 1


async def test_a_list_without_an_end_is_given_up() -> None:
    page = (200, {"done": False, "records": [], "nextRecordsUrl": f"{API}/query/01g-2"})

    with pytest.raises(Unavailable, match="too many"):
        await crm(page).find_accounts("nora@example.com")


NONSENSE: dict[str, tuple[int, Any]] = {
    "no steps": (200, {}),
    "a step is missing": (200, {"compositeResponse": []}),
    "a step without rows": steps((200, {}), (200, {})),
    "a step with the first of several pages": steps(
        (200, {}), (200, {"done": False, "records": [ROW]})
    ),
    "rows without fields": steps((200, {}), found({"Id": "1"})),
    "an unknown segment": steps((200, {}), found(ROW | {"StrataSegment__c": "Platinum"})),
    "errors that are none": steps((400, "no"), (400, [])),
    "everything halted for no reason": steps(HALTED, HALTED),
    "a number": (200, 7),
}


@pytest.mark.parametrize("nonsense", NONSENSE)
async def test_nonsense_is_a_bad_answer(nonsense: str) -> None:
    with pytest.raises(Unavailable) as caught:
        await crm(NONSENSE[nonsense]).put_account("C-1", PROFILE)

    assert caught.value.slug == "bad-answer"


@pytest.mark.parametrize(
    "use",
    [lambda c: c.get_account("C-1"), lambda c: c.put_account("C-1", PROFILE)],
    ids=["get", "put"],
)
async def test_a_wrong_address_is_not_a_missing_customer(use: Callable[[Connector], Any]) -> None:
    with pytest.raises(Misconfigured):
        await use(crm((404, "<html>")))


async def test_an_external_id_in_two_records_is_for_an_operator() -> None:
    with pytest.raises(Misconfigured, match="not unique"):
        await crm(steps((300, [f"{API}/sobjects/Account/1"]), HALTED)).put_account("C-1", PROFILE)
