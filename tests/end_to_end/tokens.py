"""Tokens that the development issuer could have signed: its key, a test's claims."""

import json
import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import OKPKey

from tests.end_to_end.deployment import Deployment


def forged(platform: Deployment, **changes: Any) -> str:
    key_file = platform.folder / "state" / "keys" / "development.jwk"
    now = int(time.time())
    claims = {
        "iss": "strata:development",
        "sub": "C-1001",
        "aud": "strata:experience",
        "scope": "web:checkout web:orders",
        "iat": now,
        "exp": now + 600,
        **changes,
    }
    key = OKPKey.import_key(json.loads(key_file.read_text()))
    return jwt.encode({"alg": "Ed25519"}, claims, key, algorithms=["Ed25519"])
