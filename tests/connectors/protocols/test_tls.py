"""TLS of a backend's own, against a real server that asks who we are."""

import ssl
import tempfile
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from connectors.protocols.http import HttpBackend
from connectors.protocols.tls import BackendSender, TlsOptions
from connectors.reach import Reach
from runtime.calls.http import Lost, Request, Unreached
from runtime.calls.network import NetworkSender
from tests.connectors.protocols.soap.pki import Pair, authority, ec_key, ours, pair, theirs
from tests.runtime.calls.test_network import OK, peer, saying

OURS = {"key": ours().key_pem, "certificate": ours().pem}


@asynccontextmanager
async def demanding(folder: Path, server: Pair, client: Pair) -> AsyncIterator[str]:
    """A server with this certificate that lets nobody in but with that one."""
    chain, known = folder / "server.pem", folder / "client.pem"
    chain.write_text(server.key_pem + server.pem)
    known.write_text(client.pem)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(chain)
    tls.load_verify_locations(known)
    tls.verify_mode = ssl.CERT_REQUIRED
    async with peer(saying(OK), tls) as (url, _):
        yield url.replace("http:", "https:")


async def sent(url: str, **tls: str) -> bytes:
    async with (
        aclosing(NetworkSender()) as shared,
        aclosing(BackendSender(TlsOptions.model_validate(tls), shared)) as own,
    ):
        http = HttpBackend("erp", url, Reach(own))
        return (await http.send("ask", "POST", "")).body


async def test_a_backend_is_shown_our_certificate(tmp_path: Path) -> None:
    async with demanding(tmp_path, theirs(), ours()) as url:
        assert await sent(url, ca=theirs().pem, **OURS) == b"ok"


async def test_a_backend_that_does_not_know_us_lets_nobody_in(tmp_path: Path) -> None:
    stranger = pair("strata", ec_key(7))
    theirs_only = {"ca": theirs().pem}

    async with demanding(tmp_path, theirs(), ours()) as url:
        for tls in (
            theirs_only,
            {**theirs_only, "key": stranger.key_pem, "certificate": stranger.pem},
        ):
            with pytest.raises(Exception, match=r"cannot be reached|connection"):
                await sent(url, **tls)


async def test_a_backend_nobody_we_named_vouches_for_is_not_spoken_to(tmp_path: Path) -> None:
    async with demanding(tmp_path, theirs(), ours()) as url:
        with pytest.raises(Exception, match="cannot be reached"):
            await sent(url, ca=authority().pem, **OURS)


async def test_a_backend_without_tls_of_its_own_shares_the_pool(tmp_path: Path) -> None:
    async with (
        demanding(tmp_path, theirs(), ours()) as url,
        aclosing(
            NetworkSender(tls=TlsOptions.model_validate({"ca": theirs().pem, **OURS}).context())
        ) as shared,
    ):
        none_of_its_own = BackendSender(None, shared)
        await none_of_its_own.aclose()

        assert (await none_of_its_own(Request("GET", url), timeout=5)).body == b"ok"


async def test_two_backends_do_not_share_a_certificate(tmp_path: Path) -> None:
    """What one backend may know about us is not shown to another at the same address."""
    async with (
        demanding(tmp_path, theirs(), ours()) as url,
        aclosing(NetworkSender()) as shared,
        aclosing(
            BackendSender(TlsOptions.model_validate({"ca": theirs().pem, **OURS}), shared)
        ) as known,
        aclosing(BackendSender(TlsOptions(ca=theirs().pem), shared)) as other,
    ):
        assert (await known(Request("GET", url), timeout=5)).body == b"ok"
        with pytest.raises((Lost, Unreached)):
            await other(Request("GET", url), timeout=5)


def test_our_key_is_not_left_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    TlsOptions.model_validate(OURS).context()

    assert list(tmp_path.rglob("*")) == []
