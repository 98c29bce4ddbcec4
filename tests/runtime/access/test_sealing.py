"""What is sealed is opened with the same key, for the same purpose, and by nobody else."""

import os
from base64 import b64encode
from pathlib import Path

import pytest
from pydantic import SecretStr

from runtime.access.sealing import Seal, seal
from runtime.problems import Misconfigured
from runtime.settings import Settings, SettingsError

OLD, NEW = os.urandom(32), os.urandom(32)


def configured(settings: Settings, folder: Path, *keys: str) -> Settings:
    security = settings.security.model_copy(update={"sealing_keys": [SecretStr(k) for k in keys]})
    return settings.model_copy(update={"security": security, "data_dir": folder})


def test_a_key_is_replaced_by_the_next() -> None:
    sealed = Seal([OLD]).close("whsec_abc", "sub_1")

    assert "whsec" not in sealed
    assert Seal([OLD]).close("whsec_abc", "sub_1") != sealed
    assert Seal([NEW, OLD]).open(sealed, "sub_1") == "whsec_abc"
    for other, of in (([NEW], "sub_1"), ([OLD], "sub_2")):
        with pytest.raises(Misconfigured) as caught:
            Seal(other).open(sealed, of)
        assert sealed not in str(caught.value)


def test_the_embedded_profile_keeps_the_key_it_has_made(settings: Settings, tmp_path: Path) -> None:
    own = configured(settings, tmp_path)

    assert seal(own).open(seal(own).close("s", "x"), "x") == "s"
    assert (tmp_path / "keys" / "sealing.key").stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_none_stops_the_start_and_is_not_shown(
    settings: Settings, tmp_path: Path
) -> None:
    good = b64encode(NEW).decode()
    with pytest.raises(SettingsError) as caught:
        seal(configured(settings, tmp_path, good, "hush-hush"))
    assert caught.value.faults == ["security.sealing_keys.1: 32 bytes in base64 needed"]

    production = settings.model_copy(update={"profile": "production"})
    with pytest.raises(SettingsError) as caught:
        seal(production)
    assert caught.value.faults[0].startswith("security.sealing_keys: required")
