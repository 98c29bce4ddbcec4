"""The simulated card gateway, spoken to in SOAP as its WSDL says, without Strata's connector."""

import hashlib
import secrets
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from lxml import etree

from sandbox.launch import Running
from sandbox.payment_gateway.wsdl import NAMESPACE, WSDL

OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
ENVELOPE = """<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:wsse="{oasis}wssecurity-secext-1.0.xsd" xmlns:wsu="{oasis}wssecurity-utility-1.0.xsd">
 <s:Header>{security}</s:Header><s:Body>{body}</s:Body></s:Envelope>"""
SECURITY = """<wsse:Security><wsu:Timestamp><wsu:Created>{created}</wsu:Created>
 <wsu:Expires>{expires}</wsu:Expires></wsu:Timestamp><wsse:UsernameToken>
 <wsse:Username>{user}</wsse:Username><wsse:Password
 Type="{oasis}username-token-profile-1.0#PasswordDigest">{digest}</wsse:Password>
 <wsse:Nonce>{nonce}</wsse:Nonce><wsu:Created>{created}</wsu:Created></wsse:UsernameToken>
 </wsse:Security>"""
MONEY = {"Amount": "3000", "Currency": "EUR", "CurrencyExponent": "2"}
PARIS = ZoneInfo("Europe/Paris")


def written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def security(
    password: str = "sandbox",  # noqa: S107 - there is nothing behind it
    *,
    user: str = "strata",
    ago: timedelta = timedelta(),
    nonce: bytes | None = None,
) -> str:
    made = datetime.now(UTC) - ago
    octets = nonce or secrets.token_bytes(16)
    plain = octets + written(made).encode() + password.encode()
    digest = hashlib.sha1(plain, usedforsecurity=False).digest()
    return SECURITY.format(
        oasis=OASIS,
        created=written(made),
        expires=written(made + timedelta(minutes=5)),
        user=user,
        digest=b64encode(digest).decode(),
        nonce=b64encode(octets).decode(),
    )


def body(operation: str, fields: dict[str, str]) -> str:
    content = "".join(f"<{name}>{text}</{name}>" for name, text in fields.items())
    wrapper = f'<g:{operation} xmlns:g="{NAMESPACE}"><Request>{content}</Request>'
    return f"{wrapper}</g:{operation}>"


@dataclass
class Gateway:
    http: httpx.AsyncClient

    async def post(self, body: str, header: str) -> httpx.Response:
        message = ENVELOPE.format(oasis=OASIS, security=header, body=body)
        return await self.http.post("/gateway", content=message)

    async def say(self, operation: str, **fields: str) -> etree._Element:
        """The Result."""
        now = datetime.now(PARIS).strftime("%Y%m%d%H%M%S")
        told = {"MerchantId": "SANDBOX01", "TransmissionTime": now} | fields
        reply = await self.post(body(operation, told), security())
        assert reply.status_code == 200, reply.text
        return next(etree.fromstring(reply.content).iter("Result"))

    async def code(self, operation: str, **fields: str) -> str | None:
        return (await self.say(operation, **fields)).findtext("ResultCode")

    async def authorise(self, ref: str, card: str = "tok_good", **more: str) -> str | None:
        told = {"MerchantRef": ref, "CardToken": card} | MONEY | more
        return await self.code("Authorise", **told)

    async def settings(self, **changes: int) -> None:
        await self.http.post("/_sandbox/settings", json=changes)


@pytest.fixture
async def gateway(running: Running) -> AsyncIterator[Gateway]:
    async with httpx.AsyncClient(base_url=running.urls["payment_gateway"], timeout=5) as http:
        yield Gateway(http)
        await Gateway(http).settings(late=0, failing=0, windowSeconds=900)


@pytest.fixture
def ref() -> str:
    return uuid4().hex.upper()


def later(ref: str) -> dict[str, str]:
    """What a Capture or a Refund says besides how much."""
    return {"OriginalRef": ref, "MerchantRef": uuid4().hex.upper()}


async def test_the_wsdl_is_published_with_its_address(gateway: Gateway) -> None:
    text = (await gateway.http.get("/gateway?wsdl")).text
    assert f"{gateway.http.base_url}".rstrip("/") in text
    assert len(text) == pytest.approx(len(WSDL), abs=10)


async def test_money_is_reserved_taken_in_parts_and_given_back_without_a_limit(
    gateway: Gateway, ref: str
) -> None:
    assert await gateway.authorise(ref) == "00"
    assert await gateway.code("Capture", **later(ref), **MONEY | {"Amount": "1000"}) == "00"
    assert await gateway.code("Capture", **later(ref), **MONEY) == "61"
    assert await gateway.code("Capture", **later(ref), **MONEY | {"Amount": "2000"}) == "00"
    assert await gateway.code("Refund", **later(ref), **MONEY | {"Amount": "9999"}) == "00"
    assert await gateway.code("Cancel", OriginalRef=ref) == "79"
    told = (await gateway.say("Query", OriginalRef=ref)).find("Transaction")
    assert told is not None
    assert [told.findtext(name) for name in ("Status", "CapturedAmount")] == ["S", "3000"]
    assert [one.findtext("Amount") for one in told.findall("Refund")] == ["9999"]


async def test_a_transmission_is_recognised_for_a_while(gateway: Gateway, ref: str) -> None:
    assert [await gateway.authorise(ref) for _ in range(2)] == ["00", "94"]
    await gateway.http.post("/_sandbox/clock", json={"advanceSeconds": 901})
    assert await gateway.authorise(ref) == "00"
    held = (await gateway.http.get("/_sandbox/state")).json()["transactions"]
    assert [one["status"] for one in held if one["ref"] == ref] == ["A", "A"]


async def test_a_cancel_of_nothing_refuses_what_comes_late(gateway: Gateway, ref: str) -> None:
    assert await gateway.code("Cancel", OriginalRef=ref) == "00"
    assert await gateway.code("Cancel", OriginalRef=ref) == "21"
    assert await gateway.authorise(ref) == "21"


async def test_what_was_never_seen_is_not_found(gateway: Gateway, ref: str) -> None:
    assert await gateway.code("Query", OriginalRef=ref) == "25"
    for operation in ("Capture", "Refund"):
        assert await gateway.code(operation, **later(ref), **MONEY) == "25"


async def test_a_declined_card_leaves_the_reference_to_another(gateway: Gateway, ref: str) -> None:
    codes = [await gateway.authorise(ref, token) for token in ("tok_declined", "nobodys")]
    assert [*codes, await gateway.authorise(ref)] == ["05", "14", "00"]


async def test_a_late_response_is_done_and_a_failing_system_does_nothing(
    gateway: Gateway, ref: str
) -> None:
    await gateway.settings(failing=1, late=1)
    assert await gateway.authorise(ref) == "96"
    assert await gateway.code("Query", OriginalRef=ref) == "25"
    assert await gateway.authorise(ref) == "68"
    assert await gateway.code("Query", OriginalRef=ref) == "00"


async def test_another_merchant_and_another_hour_are_refused(gateway: Gateway, ref: str) -> None:
    tokyo = datetime.now(ZoneInfo("Asia/Tokyo")).strftime("%Y%m%d%H%M%S")
    assert await gateway.code("Query", OriginalRef=ref, MerchantId="OTHER") == "03"
    assert await gateway.code("Query", OriginalRef=ref, TransmissionTime=tokyo) == "12"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (lambda: "", "wsse:InvalidSecurity"),
        (lambda: "<wsse:Security/>", "wsse:InvalidSecurity"),
        (lambda: security("guess"), "wsse:FailedAuthentication"),
        (lambda: security(user="guess"), "wsse:FailedAuthentication"),
        (lambda: security(ago=timedelta(minutes=10)), "wsu:MessageExpired"),
    ],
)
async def test_who_does_not_prove_who_it_is_gets_a_fault(
    gateway: Gateway, ref: str, header: Callable[[], str], code: str
) -> None:
    reply = await gateway.post(body("Query", {"OriginalRef": ref}), header())

    assert reply.status_code == 500
    assert etree.fromstring(reply.content).findtext(".//faultcode") == code


async def test_a_nonce_counts_once(gateway: Gateway, ref: str) -> None:
    now = datetime.now(PARIS).strftime("%Y%m%d%H%M%S")
    told = {"MerchantId": "SANDBOX01", "TransmissionTime": now, "OriginalRef": ref}
    header = security(nonce=ref.encode()[:16])
    statuses = [(await gateway.post(body("Query", told), header)).status_code for _ in range(2)]
    assert statuses == [200, 500]


@pytest.mark.parametrize(
    "message",
    [
        body("Query", {}),
        body("Query", {"OriginalRef": "lower case"}),
        body("Fly", {"OriginalRef": "A"}),
        f'<g:Query xmlns:g="{NAMESPACE}"/>',
        "<Query/>",
        "",
    ],
)
async def test_what_is_no_request_gets_a_fault(gateway: Gateway, message: str) -> None:
    reply = await gateway.post(message, security())

    assert reply.status_code == 500
    assert etree.fromstring(reply.content).findtext(".//faultcode") == "soapenv:Client"


async def test_what_is_no_soap_gets_a_fault(gateway: Gateway) -> None:
    for content in (b"", b"<a>", b"<html/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"):
        assert (await gateway.http.post("/gateway", content=content)).status_code == 500
    assert (await gateway.http.get("/gateway")).status_code == 405
    assert (await gateway.http.post("/elsewhere")).status_code == 404
