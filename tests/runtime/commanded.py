"""An operator's command, run against a process that serves."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., tuple[int, str, str]]
"""Given its arguments: the exit code, and what it said on standard output and standard error."""


def commanded(
    main: Callable[[list[str]], int],
    url: str,
    overlay: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Command:
    for name in [name for name in os.environ if name.startswith("STRATA_")]:
        monkeypatch.delenv(name)

    def run(*arguments: str, at: str = url) -> tuple[int, str, str]:
        try:
            status = main([*arguments, "--url", at, "--config", str(overlay)])
        except SystemExit as error:
            status = int(error.code or 0)
        return status, *capsys.readouterr()

    return run
