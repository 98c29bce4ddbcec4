"""A private Python environment per backend, with exactly what its requirements file lists."""

import platform
import shutil
import sys
from pathlib import Path

from sandbox.real.cache import key, once
from sandbox.real.children import run
from sandbox.real.progress import stage

HERE = Path(__file__).parent
REPOSITORY_UV = HERE.parents[1] / ".uv" / "bin" / "uv"


def environment(backend: str, cache: Path) -> Path:
    """The folder of the environment; its Python is `bin/python`.

    Only ever run as `bin/python something`: the scripts in `bin` remember the name the
    folder had while it was built.
    """
    requirements = HERE / f"{backend}.txt"
    python = f"{sys.version_info[:2]} {sys.platform} {platform.machine()}"
    name = f"{backend}-{key(requirements.read_bytes(), python.encode())}"

    def build(folder: Path) -> None:
        with stage(f"{backend}: environment"):
            _create(folder)
        packages = sum("==" in line for line in requirements.read_text().splitlines())
        with stage(f"{backend}: install {packages} packages"):
            _install(folder, requirements)

    return once(cache / "environments" / name, build)


def _create(folder: Path) -> None:
    log, uv = folder.with_suffix(".log"), _uv()
    if uv:
        run(log, uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, folder)
    else:
        run(log, sys.executable, "-m", "venv", folder)


def _install(folder: Path, requirements: Path) -> None:
    """Without dependencies: the file names them all, so nothing is left to be resolved."""
    log, uv, python = folder.with_suffix(".log"), _uv(), folder / "bin" / "python"
    what = ("--quiet", "--no-deps", "--requirement", requirements)
    if uv:
        run(log, uv, "pip", "install", "--python", python, *what)
    else:
        run(log, python, "-m", "pip", "install", "--disable-pip-version-check", *what)


def _uv() -> str | None:
    found = shutil.which("uv")
    return found or (str(REPOSITORY_UV) if REPOSITORY_UV.exists() else None)
