"""Each attempt in the log and in the headers."""

import httpx
import respx
from structlog.testing import capture_logs

from connectors.protocols.http import HttpBackend
from runtime.context import entered
from tests.connectors.protocols.http.vendor import OK, in_context


async def test_each_attempt_is_a_span_of_its_own_in_log_and_header(
    vendor: respx.Route, backend: HttpBackend
) -> None:
    vendor.side_effect = [httpx.Response(500), httpx.ReadError, OK]

    with capture_logs() as lines, entered(in_context(5)):
        await backend.send("find", "GET", "/x", query={"email": "ada@example.com"})

    assert [line["event"] for line in lines] == ["backend_call"] * 3
    assert [line["attempt"] for line in lines] == [1, 2, 3]
    assert [line.get("status", line.get("outcome")) for line in lines] == [500, "lost", 200]
    assert {line["parent_span_id"] for line in lines} == {"cd" * 8}
    assert [call.request.headers["traceparent"] for call in vendor.calls] == [
        f"00-{'ab' * 16}-{line['span_id']}-01" for line in lines
    ]
    assert len({line["span_id"] for line in lines}) == 3
    assert "ada@" not in str(lines)


async def test_without_a_context_a_call_is_logged_all_the_same(
    vendor: respx.Route, backend: HttpBackend
) -> None:
    vendor.return_value = OK

    with capture_logs() as lines:
        await backend.send("find", "GET", "/x")

    assert [line["operation"] for line in lines] == ["find"]
    assert "traceparent" not in vendor.calls.last.request.headers
