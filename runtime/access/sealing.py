"""Secrets that we have to use again, kept so that the store alone gives them to nobody: AES-256-GCM."""

import os
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from runtime.access.keys import made_once
from runtime.problems import Misconfigured
from runtime.settings import Settings, SettingsError

KEY_BYTES = 32
NONCE_BYTES = 12


class Seal:
    """The first key seals, each of them opens, so that one can be replaced by the next."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers = [AESGCM(key) for key in keys]

    def close(self, secret: str, of: str) -> str:
        """`of` says whose it is: as another's it cannot be opened."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[0].encrypt(nonce, secret.encode(), of.encode())
        return b64encode(nonce + sealed).decode()

    def open(self, sealed: str, of: str) -> str:
        """Raises Misconfigured when none of the keys has sealed it."""
        content = b64decode(sealed)
        for cipher in self._ciphers:
            try:
                opened = cipher.decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], of.encode())
            except InvalidTag:
                continue
            return opened.decode()
        raise Misconfigured("security.sealing_keys: none of them has sealed this")


def seal(settings: Settings) -> Seal:
    """With the configured keys; the embedded profile makes one on first use. Raises SettingsError."""
    held = settings.security.sealing_keys
    if not held and settings.profile == "embedded":
        return Seal([made_once(settings.data_dir / "keys" / "sealing.key", _fresh)])
    if not held:
        raise SettingsError(["security.sealing_keys: required outside of the embedded profile"])
    return Seal([_key(key.get_secret_value(), number) for number, key in enumerate(held)])


def _fresh() -> bytes:
    return os.urandom(KEY_BYTES)


def _key(text: str, number: int) -> bytes:
    try:
        key = b64decode(text, validate=True)
    except (Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingsError([f"security.sealing_keys.{number}: {KEY_BYTES} bytes in base64 needed"])
    return key
