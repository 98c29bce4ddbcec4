"""Who is asking: UsernameToken with a digest, and a Timestamp, both by the wall clock."""

import binascii
import hashlib
import sqlite3
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from lxml import etree

from sandbox.payment_gateway.envelope import ENVELOPE, WSSE, WSU, GatewayFaultError

USER, PASSWORD = "strata", "sandbox"
DIGEST_TYPE = (
    "http://docs.oasis-open.org/wss/2004/01/"
    "oasis-200401-wss-username-token-profile-1.0#PasswordDigest"
)
FRESH = timedelta(minutes=5)


def demand_known(db: sqlite3.Connection, envelope: etree._Element) -> None:
    security = envelope.find(f"{{{ENVELOPE}}}Header/{{{WSSE}}}Security")
    if security is None:
        raise GatewayFaultError("wsse:InvalidSecurity", "Security header expected")
    now = datetime.now(UTC)
    _demand_timely(security, now)
    token = security.find(f"{{{WSSE}}}UsernameToken")
    if token is None:
        raise GatewayFaultError("wsse:InvalidSecurity", "UsernameToken expected")
    nonce, created = _text(token, f"{{{WSSE}}}Nonce"), _text(token, f"{{{WSU}}}Created")
    expected = _digest(nonce, created, PASSWORD)
    given = _text(token, f"{{{WSSE}}}Password")
    kind = getattr(token.find(f"{{{WSSE}}}Password"), "attrib", {}).get("Type")
    known = _text(token, f"{{{WSSE}}}Username") == USER and kind == DIGEST_TYPE
    if not known or not compare_digest(given.encode(), expected.encode()):
        raise refused("User or password is wrong")
    if abs(_moment(created) - now) > FRESH:
        raise refused("Token is too old")
    _demand_new(db, nonce)


def refused(text: str) -> GatewayFaultError:
    return GatewayFaultError("wsse:FailedAuthentication", text)


def _demand_timely(security: etree._Element, now: datetime) -> None:
    timestamp = security.find(f"{{{WSU}}}Timestamp")
    if timestamp is None:
        raise GatewayFaultError("wsse:InvalidSecurity", "Timestamp expected")
    created = _moment(_text(timestamp, f"{{{WSU}}}Created"))
    expires = _moment(_text(timestamp, f"{{{WSU}}}Expires"))
    if not created - FRESH <= now < expires:
        raise GatewayFaultError("wsu:MessageExpired", "Message has expired")


def _demand_new(db: sqlite3.Connection, nonce: str) -> None:
    try:
        db.execute("INSERT INTO nonces VALUES (?)", (nonce,))
    except sqlite3.IntegrityError as error:
        raise refused("Nonce was used before") from error


def _digest(nonce: str, created: str, password: str) -> str:
    try:
        octets = b64decode(nonce, validate=True) + created.encode() + password.encode()
    except binascii.Error as error:
        raise GatewayFaultError("wsse:InvalidSecurity", "Nonce is not Base64") from error
    return b64encode(hashlib.sha1(octets, usedforsecurity=False).digest()).decode()


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise GatewayFaultError("wsse:InvalidSecurity", "Not a time") from error


def _text(element: etree._Element, name: str) -> str:
    return (element.findtext(name) or "").strip()
