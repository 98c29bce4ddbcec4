"""localstripe as a server: Stripe's API with its state in memory."""

import http.client
import socket
from pathlib import Path

from sandbox.real.children import INSIDE, Child

# Any key that begins with sk_ is let in; this one says where it is from.
API_KEY = "sk_test_strata_sandbox"


def serve(environment: Path, folder: Path, listening: socket.socket) -> Child:
    server = str(INSIDE / "localstripe_server.py")
    command = (environment / "bin" / "python", server, str(listening.fileno()))
    with listening:
        return Child(command, folder / "localstripe.log", listening=listening)


def wait_until_ready(port: int, server: Child) -> None:
    """Any answer will do, a 404 as well."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        raise server.failure() from None
    finally:
        connection.close()
