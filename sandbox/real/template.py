"""The provisioned Tryton database that every start begins with a copy of.

Activating Tryton's modules is nearly all of the work (17 of 20 s, CPU in trytond's own XML
loading and validation); provisioning over RPC takes 2 s since it creates in batches.
"""

import datetime
import json
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from sandbox.real.cache import key, once
from sandbox.real.children import listen, run
from sandbox.real.environment import HERE
from sandbox.real.progress import stage
from sandbox.real.provision import provision
from sandbox.real.rpc import Tryton
from sandbox.real.tryton import DATABASE, serve, settings, wait_until_ready
from sandbox.seed import SEED_FILE, read_seed

USER = "strata"


def template(environment: Path, cache: Path) -> Path:
    """A folder with `strata.sqlite` and `access.json`, who may use it."""
    # It carries a fiscal year, so it is good for one year.
    year = str(datetime.datetime.now(datetime.UTC).year)
    sources = [HERE / "tryton.txt", HERE / "template.py", HERE / "rpc.py", SEED_FILE]
    sources += sorted((HERE / "provision").glob("*.py"))
    name = f"tryton-{key(year.encode(), *(source.read_bytes() for source in sources))}"
    return once(cache / "templates" / name, lambda folder: _build(environment, folder))


def _build(environment: Path, folder: Path) -> None:
    # Nobody needs the administrator again, so nobody is told the password.
    administrator, password = secrets.token_urlsafe(18), secrets.token_urlsafe(18)
    with stage("tryton: create database, activate modules (the long one)"):
        _create_database(environment, folder, administrator)
    with stage("tryton: provision from seed.yaml"):
        _provision(environment, folder, administrator, password)
    _settle(folder / f"{DATABASE}.sqlite")
    (folder / "access.json").write_text(json.dumps({"user": USER, "password": password}))


def _create_database(environment: Path, folder: Path, administrator: str) -> None:
    (folder / f"{DATABASE}.sqlite").touch()
    secret = folder / "administrator"
    secret.write_text(administrator)
    admin = (environment / "bin" / "python", environment / "bin" / "trytond-admin")
    what = ("--update", "sale", "--activate-dependencies", "--email", "admin@example.com")
    variables = settings(folder) | {"TRYTONPASSFILE": str(secret)}
    run(folder / "create.log", *admin, "--database", DATABASE, *what, **variables)
    secret.unlink()


def _provision(environment: Path, folder: Path, administrator: str, password: str) -> None:
    listening = listen(0)
    port = listening.getsockname()[1]
    with serve(environment, folder, listening) as server:
        wait_until_ready(port, server)
        tryton = Tryton(port, DATABASE)
        tryton.login("admin", administrator)
        provision(tryton, environment, read_seed(), USER, password)


def _settle(database: Path) -> None:
    """Bring what is still in the write-ahead log into the one file that is copied."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
