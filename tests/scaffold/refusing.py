"""Many command lines in one process, since starting one takes longer than refusing.

Reads argument lists as JSON from the command line, and writes what became of each: status, what it said,
and which files of the project are not as they were.
"""

import contextlib
import hashlib
import io
import json
import sys
from pathlib import Path

from scaffold.command import main
from scaffold.project import ROOT


def done(arguments: list[str]) -> dict[str, object]:
    before = digests()
    said, complained = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        try:
            status: object = main(["system-api", *arguments])
        except SystemExit as error:
            status = error.code
    after = digests()
    changed = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    return {
        "status": status,
        "said": said.getvalue(),
        "complained": complained.getvalue(),
        "changed": sorted(changed),
    }


def digests() -> dict[str, str]:
    files = (path for path in Path(ROOT).rglob("*") if path.is_file())
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if "__pycache__" not in path.parts
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps([done(arguments) for arguments in json.loads(sys.argv[1])]))
