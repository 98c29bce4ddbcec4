"""Serve localstripe on a listening socket handed over by number. Runs inside its environment.

Its own command listens on every interface and keeps its state in one file in /tmp that all
its instances share; this one listens where it is told and forgets everything at exit.
"""

import socket
import sys

from aiohttp import web
from localstripe import server  # type: ignore[import-not-found]

server.store.dump_to_disk = lambda: None
web.run_app(server.app, sock=socket.socket(fileno=int(sys.argv[1])), print=None, access_log=None)
