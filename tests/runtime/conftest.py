"""What several of these tests stand on: the log as lines, and settings of their own."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from runtime import observability
from runtime.settings import Settings, load

Logged = Callable[[], list[dict[str, Any]]]
"""The lines logged since the last call."""


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Logged]:
    """Logging as a server has it."""
    stream = io.TextIOWrapper(io.BytesIO())
    handlers, level = logging.root.handlers[:], logging.root.level
    monkeypatch.setattr(sys, "stderr", stream)
    observability.configure("debug")

    def lines() -> list[dict[str, Any]]:
        stream.seek(0)
        text = stream.read()
        stream.seek(0)
        stream.truncate()
        return [json.loads(line) for line in text.splitlines()]

    yield lines
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The embedded profile, with its keys in a folder of the tests."""
    return embedded(tmp_path_factory.mktemp("state"))


def embedded(data_dir: Path, **variables: str) -> Settings:
    """As delivered, changed by STRATA__ variables: `security__issuers="[]"`."""
    environment = {f"STRATA__{name}": text for name, text in variables.items()}
    return load(None, {**environment, "STRATA__data_dir": str(data_dir)})
