"""Tryton as a server: one process on the databases of one folder."""

import http.client
import json
import shutil
import socket
from pathlib import Path

from sandbox.real.children import INSIDE, Child

DATABASE = "strata"


def settings(folder: Path) -> dict[str, str]:
    """trytond reads TRYTOND_<SECTION>__<OPTION>; a configuration file is not needed."""
    return {
        "TRYTOND_DATABASE__URI": "sqlite://",
        "TRYTOND_DATABASE__PATH": str(folder),
        "TRYTOND_DATABASE_NAMES": DATABASE,
        "TRYTOND_WEB__ROOT": "",  # else it serves the user's ~/www
    }


def serve(environment: Path, folder: Path, listening: socket.socket) -> Child:
    """Closes our end of the socket: if the server dies, its clients must not wait on us."""
    server = str(INSIDE / "tryton_server.py")
    command = (environment / "bin" / "python", server, str(listening.fileno()))
    with listening:
        return Child(command, folder / "tryton.log", settings(folder), listening)


def wait_until_ready(port: int, server: Child) -> None:
    """The socket listens from the start: the request waits in line until Tryton has loaded."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    question = json.dumps({"id": 0, "method": "common.server.version", "params": []})
    try:
        connection.request("POST", "/rpc/", question, {"Content-Type": "application/json"})
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        raise server.failure() from None
    finally:
        connection.close()


def copy(template: Path, folder: Path) -> dict[str, str]:
    """A fresh shop in `folder`, whatever was there before: {"user", "password"}."""
    for old in folder.glob(f"{DATABASE}.sqlite*"):
        old.unlink()
    shutil.copyfile(template / f"{DATABASE}.sqlite", folder / f"{DATABASE}.sqlite")
    access: dict[str, str] = json.loads((template / "access.json").read_text())
    return access
