"""The keys a layer signs its calls with, and the keys it knows its callers by.

Each layer has an Ed25519 pair of its own, so that a stolen Experience key opens no System API. In the
embedded profile they are made on first use below the data directory, where every process of the
profile finds them; elsewhere they come from the configuration.
"""

import os
from collections.abc import Callable
from pathlib import Path

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from runtime.settings import Settings, SettingsError

ALGORITHM = "Ed25519"  # RFC 9864's name; the older EdDSA is deprecated


def private_key(settings: Settings, owner: str) -> OKPKey:
    """The signing key of a layer, or of the development issuer. Raises SettingsError."""
    if owner in settings.security.hop_keys:
        text = settings.security.hop_keys[owner]
        return _parsed(text, f"security.hop_keys.{owner}", private=True)
    if settings.profile != "embedded":
        raise SettingsError(
            [f"security.hop_keys.{owner}: required outside of the embedded profile"]
        )
    path = settings.data_dir / "keys" / f"{owner}.jwk"
    return _parsed(made_once(path, _fresh), str(path), private=True)


def public_key(settings: Settings, owner: str) -> OKPKey:
    """What a layer's tokens are verified with. Raises SettingsError."""
    if owner in settings.security.hop_public_keys:
        text = settings.security.hop_public_keys[owner]
        return _parsed(text, f"security.hop_public_keys.{owner}")
    if settings.profile != "embedded" and owner not in settings.security.hop_keys:
        raise SettingsError(
            [f"security.hop_public_keys.{owner}: required outside of the embedded profile"]
        )
    return private_key(settings, owner)


def _parsed(text: str | bytes, path: str, *, private: bool = False) -> OKPKey:
    try:
        key = OKPKey.import_key(orjson.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, JoseError):
        # Neither in the message nor chained to it: the parser may quote the key.
        raise SettingsError([f"{path}: not an Ed25519 key in JWK form"]) from None
    if key.curve_name != ALGORITHM:
        raise SettingsError([f"{path}: an Ed25519 key is needed, this one is {key.curve_name}"])
    if private and not key.is_private:
        raise SettingsError([f"{path}: the private key is needed, this is a public one"])
    return key


def _fresh() -> bytes:
    return orjson.dumps(OKPKey.generate_key("Ed25519").as_dict(private=True))


def made_once(path: Path, make: Callable[[], bytes]) -> bytes:
    """Read the key, or make it: complete under another name first, so that no process reads half of it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(make())
        try:
            os.link(fresh, path)  # the first process wins, the others read its key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()
