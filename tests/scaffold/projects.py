"""A project of one's own: a copy of this one, in which commands run as processes and may write."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEEDED = (
    *("config", "connectors", "contracts", "experience_apis", "process_apis", "runtime"),
    *("sandbox", "scaffold", "system_apis", "tests/connectors", "tests/scaffold"),
    *("pyproject.toml", "docker-compose.yml"),
    *(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").glob("*.py")),
)
NOISE = shutil.ignore_patterns("__pycache__", ".*_cache", ".hypothesis")


@dataclass(frozen=True)
class Project:
    folder: Path

    def strata(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.python("runtime.cli", *arguments)

    def new(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`strata new system-api`."""
        return self.python("scaffold", "system-api", *arguments)

    def python(self, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(self.folder)}
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=200,
        )

    def files(self) -> dict[str, bytes]:
        """All there are, by path."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and not {"__pycache__", ".ruff_cache"} & set(path.parts)
        }

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        before = self.files()
        yield
        after = self.files()
        assert sorted(before.keys() ^ after.keys()) == []
        assert [name for name in before if before[name] != after[name]] == []


def copied(folder: Path) -> Project:
    for name in NEEDED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=NOISE)
        else:
            shutil.copy(source, target)
    return Project(folder)
