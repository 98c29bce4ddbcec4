"""npm's `soap`, installed once into the user's cache; nothing where there is no node."""

import os
import shutil
import subprocess
from pathlib import Path

PACKAGE = "soap@1.13.0"


class NotMeasured(Exception):
    """Why the npm client is left out."""


def installed() -> Path:
    """The folder of its modules. Raises NotMeasured."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise NotMeasured("no node")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "strata-bench" / PACKAGE
    if not (folder / "node_modules" / "soap").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        quiet = ["--no-audit", "--no-fund", "--ignore-scripts"]
        command = [npm, "install", *quiet, "--prefix", str(folder), PACKAGE]
        if subprocess.run(command, capture_output=True, check=False, timeout=300).returncode:
            raise NotMeasured(f"npm could not install {PACKAGE}")
    return folder / "node_modules"
