"""XML-RPC: against the standard library's server over a socket, and against replies nobody should send."""

import asyncio
import threading
import time
import xmlrpc.client
import xmlrpc.server
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.protocols.http import HttpBackend
from connectors.protocols.xmlrpc import reading, writing
from connectors.protocols.xmlrpc.client import XmlRpc
from connectors.protocols.xmlrpc.reading import Fault
from connectors.reach import Reach
from runtime.calls.http import Reply, Request
from runtime.calls.network import NetworkSender
from runtime.problems import Misconfigured, Unavailable

some = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class Quiet(xmlrpc.server.SimpleXMLRPCRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Not to standard error."""


def echo(value: Any) -> Any:
    return value


def fail(_value: Any) -> Any:
    raise xmlrpc.client.Fault(17, "No such partner: Ada Lindqvist")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    address = ("127.0.0.1", 0)
    with xmlrpc.server.SimpleXMLRPCServer(address, Quiet, logRequests=False, allow_none=True) as it:
        it.register_function(echo, "echo")
        it.register_function(fail, "partner.fail")
        thread = threading.Thread(target=it.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{it.server_address[1]}"
        it.shutdown()
        thread.join()


@pytest.fixture
async def rpc(server: str) -> AsyncIterator[XmlRpc]:
    async with aclosing(NetworkSender()) as network:
        yield XmlRpc(HttpBackend("rpc", server, Reach(network)), "/RPC2", nil=True)


VALUES: dict[str, Any] = {
    "text": "Grüße & <b>\n ]]> 𐀀 ",
    "no text": "",
    "true": True,
    "int": -(2**31),
    "a moment": datetime(2026, 3, 1, 23, 59, 1),  # noqa: DTZ001 - XML-RPC has no zones
    "octets": bytes(range(256)),
    "nothing": None,
    "a list": [1, "a", [], [None]],
    "a record": {"": 1, "Größe": {"x": [True]}, "empty": {}},
}


@pytest.mark.parametrize("value", VALUES)
async def test_a_value_comes_back_as_it_went(rpc: XmlRpc, value: str) -> None:
    assert await rpc.call("echo", [VALUES[value]]) == VALUES[value]


@pytest.mark.parametrize("number", [0.1, -129.9, 1e22, 1e-7, 5e-324, 1.7976931348623157e308])
async def test_a_double_comes_back_as_the_decimal_it_was_written_as(
    rpc: XmlRpc, number: float
) -> None:
    back = await rpc.call("echo", [number])

    assert isinstance(back, Decimal)
    assert float(back) == number


scalars = (
    st.booleans()
    | st.integers(-(2**31), 2**31 - 1)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]))
    | st.binary(max_size=40)
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text("abäö_ ."), inner)
)


@some
@given(value=values)
async def test_any_value_comes_back_as_it_went(rpc: XmlRpc, value: Any) -> None:
    assert await rpc.call("echo", [value]) == value


@given(value=values)
@settings(some, max_examples=30)
def test_the_standard_library_reads_what_we_write(value: Any) -> None:
    params, method = xmlrpc.client.loads(writing.request("a.b", [value, 3]), use_builtin_types=True)

    assert (params, method) == ((value, 3), "a.b")


async def test_a_fault_is_told_with_its_code_and_says_nothing_by_itself(rpc: XmlRpc) -> None:
    with pytest.raises(Fault) as caught:
        await rpc.call("partner.fail", [1], repeatable=True)

    assert (caught.value.code, caught.value.text) == (17, "No such partner: Ada Lindqvist")
    assert "Ada" not in str(caught.value)


async def test_a_wrong_path_is_for_an_operator(server: str) -> None:
    async with aclosing(NetworkSender()) as network:
        with pytest.raises(Misconfigured):
            await XmlRpc(HttpBackend("rpc", server, Reach(network)), "/RPC3").call("echo", [1])


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (Decimal("129.90"), TypeError),
        (None, TypeError),
        ({1: "a"}, TypeError),
        ({"a"}, TypeError),
        (object(), TypeError),
        (2**63, ValueError),
        (float("nan"), ValueError),
        (float("inf"), ValueError),
        ("a\0b", ValueError),
        ("\ud800", ValueError),
        (datetime(2026, 1, 1, tzinfo=UTC), ValueError),
        (datetime(2026, 1, 1, microsecond=1), ValueError),  # noqa: DTZ001 - XML-RPC has no zones
    ],
)
def test_what_xml_rpc_cannot_say_is_refused_and_never_approximated(
    value: Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        writing.request("echo", [value])
    with pytest.raises(error):
        writing.request("echo", [{"deep": [value]}])


def test_a_large_integer_is_sent_as_eight_bytes() -> None:
    assert b"<i8>2147483648</i8>" in writing.request("echo", [2**31])


def reply(value: str, head: str = '<?xml version="1.0"?>') -> bytes:
    return (
        f"{head}<methodResponse><params><param>{value}</param></params></methodResponse>".encode()
    )


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("<value>plain</value>", "plain"),
        ("<value/>", ""),
        ("<value><string/></value>", ""),
        ("<value><i4> +7 </i4></value>", 7),
        ("<value><i8>9007199254740993</i8></value>", 2**53 + 1),
        ("<value><double>129.90</double></value>", Decimal("129.90")),
        ("<value><double>-1E3</double></value>", Decimal(-1000)),
        ("<value><base64>AAEC\n Aw==</base64></value>", b"\0\1\2\3"),
        ("<value><nil/></value>", None),
        (
            '<value xmlns:ex="http://ws.apache.org/xmlrpc/namespaces/extensions"><ex:i8>1</ex:i8>'
            "</value>",
            1,
        ),
        (
            "<value><dateTime.iso8601>2026-03-01T10:00:00</dateTime.iso8601></value>",
            datetime(2026, 3, 1, 10),  # noqa: DTZ001 - XML-RPC has no zones
        ),
        ("<value><!-- hi --><array><data/></array></value>", []),
    ],
)
def test_what_servers_really_send_is_understood(value: str, told: Any) -> None:
    assert reading.answer(reply(value)) == told


BOMB = '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx">' + "".join(
    f'<!ENTITY x{n} "{"&x" + (str(n - 1) if n else "") + ";"}{"&x;" * 9}">' for n in range(9)
)
GARBAGE = {
    "nothing": b"",
    "HTML": b"<!DOCTYPE html><html><body>Welcome</body></html>",
    "half of it": reply("<value>1</value>")[:-20],
    "a call": writing.request("echo", [1]),
    "two values": reply("<value>1</value><value>2</value>"),
    "no value": reply(""),
    "an entity bomb": reply("<value>&x8;</value>", BOMB + "]>"),
    "somebody's file": reply(
        "<value>&f;</value>", '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    ),
    "a DTD": reply("<value>1</value>", "<!DOCTYPE methodResponse>"),
    "too deep": reply("<value><array><data>" * 90 + "</data></array></value>" * 90),
    "far too deep": reply("<value><array><data>" * 9_000 + "</data></array></value>" * 9_000),
    "too many": reply(f"<value><array><data>{'<value/>' * 100_001}</data></array></value>"),
    "a long number": reply(f"<value><int>{'9' * 5_000}</int></value>"),
    "a fraction for an int": reply("<value><int>1.5</int></value>"),
    "a far-off double": reply("<value><double>1e999999999</double></value>"),
    "a minute double": reply("<value><double>1e-999999999</double></value>"),
    "no number": reply("<value><double>NaN</double></value>"),
    "a boolean of its own": reply("<value><boolean>yes</boolean></value>"),
    "no date": reply("<value><dateTime.iso8601>20261301T00:00:00</dateTime.iso8601></value>"),
    "no base64": reply("<value><base64>%%%</base64></value>"),
    "a type of its own": reply("<value><money>1</money></value>"),
    "elements in a string": reply("<value><string><b/></string></value>"),
    "two types": reply("<value><int>1</int><int>2</int></value>"),
    "a member twice": reply(
        "<value><struct>"
        + "<member><name>a</name><value>1</value></member>" * 2
        + "</struct></value>"
    ),
    "a member without a value": reply(
        "<value><struct><member><name>a</name></member></struct></value>"
    ),
    "a fault that is none": b"<methodResponse><fault><value>no</value></fault></methodResponse>",
    "another charset": reply("<value>1</value>", '<?xml version="1.0" encoding="no-such"?>'),
}


@pytest.mark.parametrize("body", GARBAGE)
async def test_garbage_is_told_as_such_and_soon(body: str) -> None:
    async def sender(_request: Request, /, *, timeout: float) -> Reply:
        assert timeout > 0
        return Reply(200, [], GARBAGE[body])

    started = time.process_time()
    with pytest.raises(Unavailable) as caught:
        await XmlRpc(HttpBackend("rpc", "http://rpc.test", Reach(sender)), "/").call("echo", [])

    assert caught.value.slug == "bad-answer"
    assert time.process_time() - started < 3


async def test_a_large_reply_is_read_beside_the_loop() -> None:
    body = reply(
        f"<value><array><data>{'<value><int>1</int></value>' * 90_000}</data></array></value>"
    )

    async def sender(_request: Request, /, *, timeout: float) -> Reply:
        assert timeout > 0
        return Reply(200, [], body)

    call = XmlRpc(HttpBackend("rpc", "http://rpc.test", Reach(sender)), "/").call("echo", [])
    under_way = asyncio.create_task(call)
    beats = 0
    while not under_way.done():
        await asyncio.sleep(0.001)
        beats += 1

    assert len(await under_way) == 90_000
    assert beats > 3
