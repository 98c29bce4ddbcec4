"""wsse:UsernameToken: who we are, with the password or a digest of it (UsernameToken Profile 1.1.1).

The digest is Base64(SHA-1(nonce + created + password)), as the profile fixes it. That SHA-1 signs
nothing and vouches for nothing: it keeps the password out of the message, and a nonce that the
backend has seen keeps the token from being used twice. Over plain http either can still be stolen.
"""

import hashlib
import secrets
from base64 import b64encode
from datetime import datetime

from lxml import etree
from pydantic import SecretStr

from connectors.protocols.soap.security.names import (
    BASE64,
    CREATED,
    PASSWORD_DIGEST,
    PASSWORD_TEXT,
    WSSE,
)
from connectors.protocols.soap.security.timestamp import written

NONCE_BYTES = 16


def add_username_token(
    security: etree._Element, user: str, password: SecretStr, *, digest: bool, now: datetime
) -> etree._Element:
    token = etree.SubElement(security, f"{{{WSSE}}}UsernameToken")
    etree.SubElement(token, f"{{{WSSE}}}Username").text = user
    said = etree.SubElement(token, f"{{{WSSE}}}Password")
    if not digest:
        said.set("Type", PASSWORD_TEXT)
        said.text = password.get_secret_value()
        return token
    nonce, created = secrets.token_bytes(NONCE_BYTES), written(now)
    said.set("Type", PASSWORD_DIGEST)
    said.text = password_digest(nonce, created, password.get_secret_value())
    once = etree.SubElement(token, f"{{{WSSE}}}Nonce", EncodingType=BASE64)
    once.text = b64encode(nonce).decode()
    etree.SubElement(token, CREATED).text = created
    return token


def password_digest(nonce: bytes, created: str, password: str) -> str:
    octets = nonce + created.encode() + password.encode()
    return b64encode(hashlib.sha1(octets, usedforsecurity=False).digest()).decode()
