"""The project the new API is made in: what is taken in it, which of its files get a line more, and how
all is made or nothing.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import contracts
from sandbox.services import SERVICES
from scaffold.insertions import Change, after_last, before, into_block, into_flow, into_list
from scaffold.system import Refused, System
from scaffold.writing.contract import scope

ROOT = Path(contracts.__file__).parents[1]


def folders(name: str) -> list[Path]:
    """Those that a System API of this name has for itself."""
    return [
        ROOT / "contracts" / "system" / name,
        ROOT / "contracts" / "models" / "system" / name,
        ROOT / "contracts" / "clients" / "system" / name,
        ROOT / "connectors" / name,
        ROOT / "system_apis" / name,
        ROOT / "sandbox" / name,
        ROOT / "tests" / "connectors" / name,
    ]


def taken(name: str) -> list[str]:
    """What in the project has this name already."""
    found = [f for f in folders(name) if f.exists() or f.with_suffix(".py").exists()]
    return [str(f.relative_to(ROOT)) for f in found] + (["the sandbox"] if name in SERVICES else [])


def free_port() -> int:
    return max(simulated.port for simulated in SERVICES.values()) + 1


def changes(system: System, port: int, options: str, path: str) -> dict[Path, str]:
    """The files that get a line more, as they are then. `options`: of the backend, but for its URL;
    `path`: of its URL. Raises Refused for a file in which a place is not found."""
    made, reasons = {}, []
    for file, insertions in _insertions(system, port, options, path).items():
        text = (ROOT / file).read_text()
        try:
            for change in insertions:
                text = change(text)
        except Refused as refused:
            reasons += [f"{file}: {reason}" for reason in refused.reasons]
        made[ROOT / file] = text
    if reasons:
        raise Refused(reasons)
    return made


def _insertions(system: System, port: int, options: str, path: str) -> Mapping[str, list[Change]]:
    name, vendor = system.name, system.vendor
    scopes = sorted({scope(system, operation) for operation in system.operations})
    reads = [one for one in scopes if one.endswith(":read")]

    def backend(host: str) -> str:
        return f'  {name}: {{vendor: {vendor}, url: "http://{host}:{port}{path}", {options}}}'

    return {
        "pyproject.toml": [
            into_list('"Vendors do not know each other"', "modules", f"connectors.{name}.*"),
            into_list(
                '"Protocols know no vendor and no business"',
                "forbidden_modules",
                f"connectors.{name}",
            ),
            into_list('"Simulated backends do not know each other"', "modules", f"sandbox.{name}"),
            into_list(
                '"Simulated backends are third parties"', "source_modules", f"sandbox.{name}"
            ),
        ],
        "config/default.yaml": [
            into_flow("\n    integrator:", "scopes", *scopes),
            *([into_flow("\n    operations:", "scopes", *reads)] if reads else []),
            into_block("backends:", backend("127.0.0.1")),
        ],
        "config/compose.yaml": [
            into_block("peers:", f"  system/{name}: http://system-{name}:8000"),
            into_block("backends:", backend("sandbox")),
        ],
        "docker-compose.yml": [
            before("  sandbox:", _service(name)),
            after_last(
                r'^      - "127\.0\.0\.1:91\d\d:91\d\d"\n', f'      - "127.0.0.1:{port}:{port}"\n'
            ),
            after_last(r"for p in \(9101[0-9, ]*", f", {port}"),
        ],
        "sandbox/services.py": [
            before(")", f"    {name},\n"),
            before("}", _simulated(name, port)),
        ],
    }


def _service(name: str) -> str:
    return (
        f"  system-{name}:\n"
        "    <<: *strata\n"
        f"    command: [serve, system/{name}, --config, /etc/strata/compose.yaml]\n"
        "    depends_on:\n"
        "      sandbox: {condition: service_healthy}\n\n"
    )


def _simulated(name: str, port: int) -> str:
    vendor = f"Vendor({name}.simulator, {name}.SCHEMA, {name}.fill)"
    return f'    "{name}": Simulated({port}, over_http({vendor})),\n'


@contextmanager
def made(name: str, new: Mapping[Path, bytes], changed: Mapping[Path, str]) -> Iterator[None]:
    """All these files are there; none of them if what is done within raises."""
    before_all = {path: path.read_text() for path in changed}
    try:
        for path, content in new.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for path, text in changed.items():
            path.write_text(text)
        yield
    except BaseException:
        for folder in folders(name):
            shutil.rmtree(folder, ignore_errors=True)
        for path, text in before_all.items():
            path.write_text(text)
        raise


def run(*command: str) -> None:
    """A Python module of the project or of its tools. Raises Refused with what it says."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = f"{done.stdout}{done.stderr}".strip().splitlines()[-40:]
        raise Refused([f"{' '.join(command[:2])} failed:", *said])


def tidy(*paths: Path) -> None:
    """In the form the project has. Raises Refused for code with a name that is nobody's."""
    names = [str(path) for path in paths]
    run("ruff", "check", "--quiet", "--fix", "--select", "I,F401,UP", *names)
    run("ruff", "format", "--quiet", *names)
    run("ruff", "check", "--quiet", "--select", "F", *names)
