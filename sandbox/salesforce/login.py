"""The connected app and the sessions of its one user: OAuth 2.0 JWT bearer, RFC 7523.

The key pair is made when first needed. A real app holds the certificate alone; the private half is
here for whoever sets up a demo or a test to take.
"""

import json
import secrets
import sqlite3
import time
from base64 import urlsafe_b64decode
from typing import Any
from urllib.parse import parse_qs

from sandbox.messages import Json, Reply, json_reply
from sandbox.salesforce.settings import change, setting
from sandbox.store import one

CLIENT_ID, USER = "sandbox-connected-app", "integration@sandbox.example"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCES = frozenset({"https://login.salesforce.com", "https://test.salesforce.com"})
LONGEST_ASSERTION = 300  # seconds
SESSION = 7200  # seconds


class RefusedLogin(Exception):
    def __init__(self, description: str, error: str = "invalid_grant") -> None:
        super().__init__(description)
        self.reply = json_reply(400, {"error": error, "error_description": description})


def private_key(db: sqlite3.Connection) -> str:
    """As PEM."""
    if (held := setting(db, "privateKey")) is None:
        held = _new_key()
        change(db, "privateKey", held)
    return str(held)


def _new_key() -> str:
    from cryptography.hazmat.primitives import serialization as how
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = how.PrivateFormat.PKCS8
    return key.private_bytes(how.Encoding.PEM, form, how.NoEncryption()).decode()


def token(db: sqlite3.Connection, now: float, host: str, body: bytes) -> Reply:
    """The answer has no `expires_in`. Assertions are dated by the wall clock, sessions by `now`."""
    form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    if form.get("grant_type") != GRANT:
        raise RefusedLogin("grant type not supported", "unsupported_grant_type")
    demand_assertion(db, form.get("assertion", ""))
    access = f"00DSb000000Org1!{secrets.token_urlsafe(48)}"
    db.execute("INSERT INTO sessions VALUES (?, ?)", (access, now + SESSION))
    instance = setting(db, "instanceUrl") or f"http://{host}"
    granted = {"access_token": access, "instance_url": instance, "scope": "api"}
    return json_reply(200, granted | {"id": f"{instance}/id/00D/005", "token_type": "Bearer"})


def demand_assertion(db: sqlite3.Connection, assertion: str) -> None:
    try:
        head, claims, signature = assertion.split(".")
        header, told = _part(head), _part(claims)
        signed = _signed(private_key(db), f"{head}.{claims}".encode(), _bytes(signature))
    except (ValueError, TypeError) as error:
        raise RefusedLogin("invalid assertion") from error
    if told.get("iss") != CLIENT_ID:
        raise RefusedLogin("client identifier invalid", "invalid_client_id")
    if header.get("alg") != "RS256" or not signed or not _in_time(told.get("exp")):
        raise RefusedLogin("invalid assertion")
    if told.get("aud") not in AUDIENCES:
        raise RefusedLogin(f"audience is invalid [audience={told.get('aud')}]")
    if told.get("sub") != USER:
        raise RefusedLogin("user hasn't approved this consumer")


def _in_time(exp: Any) -> bool:
    return type(exp) is int and time.time() < exp <= time.time() + LONGEST_ASSERTION


def _signed(pem: str, content: bytes, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("not the key we made")
    try:
        key.public_key().verify(signature, content, padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def _part(text: str) -> dict[str, Json]:
    part = json.loads(_bytes(text))
    if not isinstance(part, dict):
        raise TypeError("not an object")
    return part


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def alive(db: sqlite3.Connection, now: float, authorization: str) -> bool:
    row = one(
        db, "SELECT ends FROM sessions WHERE token = ?", authorization.removeprefix("Bearer ")
    )
    return row is not None and bool(row["ends"] > now)


def end_all(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM sessions")
