"""Relays of every kind, in this process: one that says what a test wants, and one with TLS."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass
class Scripted:
    """Answers by verb, `greeting` first; an empty one hangs up. What is not named is fine with it."""

    answers: dict[str, bytes]
    endless: bytes = b""
    """Said over and over instead of a greeting."""
    heard: list[bytes] = field(default_factory=list)
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while self.endless:
                writer.write(self.endless)
                await writer.drain()
            writer.write(self.answers.get("greeting", b"220 relay ESMTP\r\n"))
            while line := await reader.readline():
                self.heard.append(line.strip())
                verb = line.split()[0].decode() if line.strip() else ""
                if verb == "DATA":
                    writer.write(self.answers.get("DATA", b"354 go on\r\n"))
                    self.heard.append(await reader.readuntil(b"\r\n.\r\n"))
                    verb = "."
                if not (answer := self.answers.get(verb, WELCOME.get(verb, b"250 ok\r\n"))):
                    return
                writer.write(answer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    def verbs(self) -> list[str]:
        return [line.split()[0].decode("latin-1") for line in self.heard if line[:1].isalpha()]


WELCOME = {
    "AUTH": b"235 welcome\r\n",
    "QUIT": b"221 bye\r\n",
    "EHLO": b"250-relay\r\n250 AUTH PLAIN\r\n",
}


@asynccontextmanager
async def scripted(*, endless: bytes = b"", **answers: bytes) -> AsyncIterator[Scripted]:
    relay = Scripted(answers, endless)
    server = await asyncio.start_server(relay.serve, "127.0.0.1", 0)
    relay.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield relay
    finally:
        server.close()


class Letters:
    """What aiosmtpd hands its letters to."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []

    async def handle_DATA(self, _server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        assert session.authenticated
        self.taken.append(envelope)
        return "250 2.0.0 taken"


def _knows(_server: object, _session: object, _envelope: object, _how: str, who: Any) -> AuthResult:
    assert isinstance(who, LoginPassword)
    return AuthResult(success=(who.login, who.password) == (b"strata", b"p\xc3\xa5ss"))


@asynccontextmanager
async def with_tls(
    certificate: Path, *, implicit: bool = False
) -> AsyncIterator[tuple[str, Letters]]:
    """aiosmtpd: a login is demanded, and TLS before that."""
    letters = Letters()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)

    def protocol() -> SMTP:
        with warnings.catch_warnings(action="ignore"):  # it cannot see TLS that was there before it
            return SMTP(
                letters,
                authenticator=_knows,
                auth_required=True,
                auth_require_tls=not implicit,
                require_starttls=not implicit,
                tls_context=None if implicit else tls,
                hostname="relay.test",
                loop=asyncio.get_running_loop(),
            )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls if implicit else None)
    scheme = "smtps" if implicit else "smtp"
    try:
        yield f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}", letters
    finally:
        server.close()


def self_signed(file: Path) -> Path:
    """A key and a certificate of 127.0.0.1."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    signed = builder.add_extension(alternative, critical=True).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(key.private_bytes(pem, *plain) + signed.public_bytes(pem))
    return file
