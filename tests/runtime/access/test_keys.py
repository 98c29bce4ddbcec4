"""The keys that layers sign with: made once, for their owner alone, and never guessed at."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey, RSAKey

from runtime.access.keys import private_key, public_key
from runtime.settings import Settings, SettingsError
from tests.runtime.conftest import embedded

ED25519 = OKPKey.generate_key("Ed25519")
PRODUCTION = {"profile": "production", "security__development_clients": "null"}

MAKE = """
import sys
from runtime.access.keys import private_key
from runtime.settings import load
settings = load(None, {"STRATA__data_dir": sys.argv[1]})
print("ready", flush=True)
sys.stdin.readline()
print(*(private_key(settings, f"layer{number}").thumbprint() for number in range(50)))
"""


def with_key(settings: Settings, section: str, key: str) -> Settings:
    security = settings.security.model_copy(update={section: {"process": key}})
    return settings.model_copy(update={"security": security})


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    settings = embedded(tmp_path / "state")

    first, second = private_key(settings, "process"), private_key(settings, "process")

    [file] = (tmp_path / "state" / "keys").iterdir()
    assert first.as_dict(private=True) == second.as_dict(private=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_each_layer_has_a_key_of_its_own(settings: Settings) -> None:
    owners = ("experience", "process", "development")

    assert len({private_key(settings, owner).thumbprint() for owner in owners}) == 3


def test_processes_that_start_together_have_the_same_key(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MAKE, str(tmp_path)]
    racers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for racer in racers:
        assert racer.stdout is not None
        racer.stdout.readline()
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    made = [racer.communicate()[0] for racer in racers]

    assert made[0] == made[1]
    assert len(set(made[0].split())) == 50
    assert {path.suffix for path in (tmp_path / "keys").iterdir()} == {".jwk"}


PRIVATE = json.dumps(ED25519.as_dict(private=True))
PUBLIC = json.dumps(ED25519.as_dict(private=False))
DAMAGED = {
    "empty": b"",
    "not JSON": b"{",
    "null": b"null",
    "a list": b"[]",
    "an object": b"{}",
    "half": PRIVATE[:40].encode(),
    "not text": b"\xff\xfe",
    "a number for the key": b'{"kty":"OKP","crv":"Ed25519","x":5}',
    "the public half": PUBLIC.encode(),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_key_file_is_named_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "keys" / "process.jwk"
    file.parent.mkdir()
    file.write_bytes(content)

    with pytest.raises(SettingsError, match=r"process\.jwk: "):
        private_key(embedded(tmp_path), "process")

    assert file.read_bytes() == content


@pytest.mark.parametrize("owner", ["experience", "process"])
def test_outside_of_the_embedded_profile_no_key_is_made(tmp_path: Path, owner: str) -> None:
    settings = embedded(tmp_path, **PRODUCTION)

    with pytest.raises(SettingsError, match=f"security.hop_keys.{owner}: required"):
        private_key(settings, owner)
    with pytest.raises(SettingsError, match=f"security.hop_public_keys.{owner}: required"):
        public_key(settings, owner)
    assert list(tmp_path.iterdir()) == []


def test_a_configured_key_is_used(tmp_path: Path) -> None:
    production = embedded(tmp_path, **PRODUCTION)
    private = with_key(production, "hop_keys", PRIVATE)
    public = with_key(production, "hop_public_keys", PUBLIC)

    assert private_key(private, "process").thumbprint() == ED25519.thumbprint()
    assert public_key(public, "process").thumbprint() == ED25519.thumbprint()
    assert not public_key(public, "process").is_private


RSA = json.dumps(RSAKey.generate_key(2048).as_dict(private=True))
X25519 = json.dumps(OKPKey.generate_key("X25519").as_dict(private=True))


@pytest.mark.parametrize(
    ("section", "key", "says"),
    [
        pytest.param("hop_keys", "geheim", "not an Ed25519 key", id="a text"),
        pytest.param("hop_keys", RSA, "not an Ed25519 key", id="an RSA key"),
        pytest.param("hop_keys", X25519, "this one is X25519", id="a key that cannot sign"),
        pytest.param("hop_keys", PUBLIC, "the private key is needed", id="the public half"),
        pytest.param("hop_public_keys", "geheim", "not an Ed25519 key", id="a text as public key"),
    ],
)
def test_a_wrong_key_is_named_by_its_setting_and_not_quoted(
    tmp_path: Path, section: str, key: str, says: str
) -> None:
    settings = with_key(embedded(tmp_path, **PRODUCTION), section, key)
    read = private_key if section == "hop_keys" else public_key

    with pytest.raises(SettingsError, match=f"security.{section}.process: .*{says}") as refusal:
        read(settings, "process")

    assert "geheim" not in str(refusal.value)
    assert refusal.value.__cause__ is None
