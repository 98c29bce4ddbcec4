"""Where the demo listens: at the usual ports, so that its URLs are known, or at any free ones."""

import errno
import socket
from collections.abc import Callable, Mapping

ANY = 0


def usual(ports: Mapping[str, int], say: Callable[[str], None]) -> dict[str, int]:
    """These, but for the ones that are taken: of those it is said, and another one is found."""
    return {name: _free(port, say) for name, port in ports.items()}


def _free(port: int, say: Callable[[str], None]) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            say(f"port {port} is taken; using a free one instead")
            return ANY
    return port
