"""Logging in to Salesforce, staying logged in, and the limit on calls."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import ValidationError
from structlog.testing import capture_logs

from connectors.crm.salesforce import Connector, Options
from connectors.reach import Reach
from runtime.calls.http import Sender
from runtime.problems import Misconfigured, Unavailable
from tests.connectors.sandboxed import Sandboxed
from tests.connectors.vendors import Stand, rsa_key


@pytest.fixture(autouse=True)
async def org(sandbox_salesforce: Stand, network: Sender) -> AsyncIterator[Sandboxed]:
    org = Sandboxed(sandbox_salesforce.options["url"], network)
    await org.calm()
    yield org
    await org.calm()
    usual = {"apiLimit": 100_000, "apiUsed": 0, "instanceUrl": None}
    await org.control("POST", "settings", usual)


def connector(stand: Stand, network: Sender, **more: Any) -> Connector:
    return Connector(Options.model_validate(stand.options | more), Reach(network))


async def many(crm: Connector) -> None:
    await asyncio.gather(*(crm.get_account("C-1001") for _ in range(10)))


async def test_callers_at_once_log_in_once(
    sandbox_salesforce: Stand, org: Sandboxed, network: Sender
) -> None:
    await many(connector(sandbox_salesforce, network))

    assert len(await org.calls("login")) == 1


async def test_a_session_that_has_ended_is_renewed_once_for_all(
    sandbox_salesforce: Stand, org: Sandboxed, network: Sender
) -> None:
    crm = connector(sandbox_salesforce, network)
    await crm.get_account("C-1001")
    await org.control("POST", "logout")
    await org.calm()

    await many(crm)

    assert len(await org.calls("login")) == 1


async def test_a_session_ends_by_itself(
    sandbox_salesforce: Stand, org: Sandboxed, network: Sender
) -> None:
    crm = connector(sandbox_salesforce, network)
    await crm.get_account("C-1001")
    await org.advance_clock(7201)
    await org.calm()

    await crm.get_account("C-1001")

    assert [call["status"] for call in await org.calls("query")] == [401, 200]


async def test_a_session_that_ends_at_once_is_for_an_operator(
    sandbox_salesforce: Stand, org: Sandboxed, network: Sender
) -> None:
    await org.fault("query", "unauthorized", times=2)

    with pytest.raises(Misconfigured, match="ends our sessions"):
        await connector(sandbox_salesforce, network).get_account("C-1001")


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("client_id", "another-app", "client_id"),
        ("user", "somebody@sandbox.example", "pre-authorised"),
        ("login_url", "https://acme.example", "login_url"),
        ("private_key", rsa_key(), "private_key"),
    ],
)
async def test_a_refused_login_says_what_to_look_at(
    sandbox_salesforce: Stand, network: Sender, option: str, value: str, says: str
) -> None:
    crm = connector(sandbox_salesforce, network, **{option: value})

    with pytest.raises(Misconfigured, match=says) as caught:
        await crm.get_account("C-1001")

    assert value not in str(caught.value.document)


async def test_a_refused_login_is_not_tried_by_every_caller(
    sandbox_salesforce: Stand, org: Sandboxed, network: Sender
) -> None:
    crm = connector(sandbox_salesforce, network, user="somebody@sandbox.example")

    for _ in range(3):
        with pytest.raises(Misconfigured):
            await crm.get_account("C-1001")

    assert len(await org.calls("login")) == 1


@pytest.mark.parametrize("where", ["http://evil.test", "http://127.0.0.1:1", "ftp://127.0.0.1"])
async def test_our_token_goes_nowhere_the_configuration_does_not_name(
    sandbox_salesforce: Stand, org: Sandboxed, network: Sender, where: str
) -> None:
    await org.control("POST", "settings", {"instanceUrl": where})

    with pytest.raises(Misconfigured, match="instance_urls"):
        await connector(sandbox_salesforce, network).get_account("C-1001")


async def test_our_token_goes_where_the_configuration_lets_it(
    sandbox_salesforce: Stand, org: Sandboxed, network: Sender
) -> None:
    other = sandbox_salesforce.options["url"].replace("127.0.0.1", "localhost")
    await org.control("POST", "settings", {"instanceUrl": other})
    crm = connector(sandbox_salesforce, network, instance_urls=[other])

    assert (await crm.get_account("C-1001")).name == "Ada Lindqvist"


def test_a_key_of_another_kind_is_named(sandbox_salesforce: Stand) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    form = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())

    for wrong in (pem.decode(), "no key"):
        with pytest.raises(ValidationError) as caught:
            Options.model_validate(sandbox_salesforce.options | {"private_key": wrong})
        assert [error["loc"] for error in caught.value.errors()] == [("private_key",)]


@pytest.mark.parametrize(
    "segments",
    [{"gold": "G"}, {"gold": "G", "standard": "S", "business": "S"}],
)
def test_segments_that_do_not_go_both_ways_are_named(
    sandbox_salesforce: Stand, segments: dict[str, str]
) -> None:
    with pytest.raises(ValidationError) as caught:
        Options.model_validate(sandbox_salesforce.options | {"segments": segments})

    assert [error["loc"] for error in caught.value.errors()] == [("segments",)]


async def test_calls_running_out_are_warned_of_once_a_step(
    sandbox_salesforce: Stand, org: Sandboxed, network: Sender
) -> None:
    await org.control("POST", "settings", {"apiLimit": 100, "apiUsed": 78})
    crm = connector(sandbox_salesforce, network)

    with capture_logs() as lines:
        for _ in range(8):
            await crm.get_account("C-1001")

    warned = [(line["used"], line["limit"]) for line in lines if line["event"] == "api_usage"]
    assert warned == [(80, 100), (85, 100)]


async def test_calls_used_up_are_no_wrong_configuration_and_not_tried_again(
    sandbox_salesforce: Stand, org: Sandboxed, network: Sender
) -> None:
    crm = connector(sandbox_salesforce, network)
    await crm.get_account("C-1001")
    await org.control("POST", "settings", {"apiLimit": 5, "apiUsed": 5})
    await org.calm()

    with pytest.raises(Unavailable) as caught:
        await crm.get_account("C-1001")

    assert not isinstance(caught.value, Misconfigured)
    assert caught.value.document["retryAfter"] >= 60
    assert len(await org.calls("query")) == 1
