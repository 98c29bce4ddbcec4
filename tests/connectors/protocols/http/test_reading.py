"""An answer that cannot be read is the vendor's fault, and told as such."""

import httpx
import pytest
import respx

from connectors.protocols.http import HttpBackend
from runtime.problems import Unavailable


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<html>We will be right back</html>", id="HTML"),
        pytest.param(b'{"a": ', id="truncated"),
        pytest.param('{"a": "é"}'.encode("latin-1"), id="another charset"),
        pytest.param('{"a": 1}'.encode("utf-16"), id="a wide charset"),
        pytest.param(b"[1]", id="not an object"),
        pytest.param(b"null", id="null"),
        pytest.param(b'{"a": NaN}', id="NaN"),
        pytest.param(b'{"a": 1e999}', id="infinity"),
        pytest.param(b'{"a":' * 5000 + b"1" + b"}" * 5000, id="a deep nest"),
        pytest.param(b"", id="nothing"),
        pytest.param(b'{"b": 1}', id="without what is looked for"),
        pytest.param(b'{"a": "x"}', id="of another type"),
    ],
)
async def test_an_answer_that_cannot_be_read_is_garbage(
    vendor: respx.Route, backend: HttpBackend, body: bytes
) -> None:
    vendor.return_value = httpx.Response(200, content=body)
    reply = await backend.send("find", "GET", "/x")

    with pytest.raises(Unavailable) as caught:
        backend.read(reply, lambda told: int(told["a"]))

    assert (caught.value.code, caught.value.slug) == (502, "bad-answer")


async def test_a_number_json_does_not_have_is_garbage_even_where_nobody_looks(
    vendor: respx.Route, backend: HttpBackend
) -> None:
    vendor.return_value = httpx.Response(200, content=b'{"a": 1, "ignored": NaN}')
    reply = await backend.send("find", "GET", "/x")

    with pytest.raises(Unavailable):
        backend.read(reply, lambda told: int(told["a"]))
