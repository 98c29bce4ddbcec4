"""Serve Tryton on a listening socket handed over by number. Runs inside Tryton's environment.

One process, one thread, one request at a time: with SQLite a threaded server lost half of
concurrent creates. The WSGI server is the one trytond's own command uses.
"""

import sys

from trytond.application import app  # type: ignore[import-not-found]
from werkzeug.serving import WSGIRequestHandler, make_server


class Handler(WSGIRequestHandler):
    """A client that connects and says nothing would hold everybody up: ten seconds at most."""

    timeout = 10

    def log_request(self, *_: object) -> None:
        """Errors are logged; a line per request is not wanted."""


make_server("127.0.0.1", 0, app, request_handler=Handler, fd=int(sys.argv[1])).serve_forever()
