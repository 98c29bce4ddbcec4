"""`strata serve`: all layers in one process, or the named APIs with their peers by configuration."""

import argparse
import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import uvicorn
import uvloop
from pydantic import ValidationError

from runtime import observability
from runtime.calls.network import NetworkSender
from runtime.contracts.bundle import ContractError
from runtime.layers import LayerViolation
from runtime.serving.catalogue import UnknownApi, names
from runtime.serving.platform import Platform
from runtime.settings import Listen, Settings, SettingsError, faults_at, load

GRACE_SECONDS = 10
"""How long calls under way may take when the process is told to stop."""

REFUSALS = (SettingsError, UnknownApi, ContractError, LayerViolation)
"""What an operator or a developer has to mend before anything is served."""


def main(arguments: list[str]) -> int:
    """0 after a clean stop, 2 for a configuration, contract or port that cannot be used."""
    options = _parser().parse_args(arguments)
    try:
        settings = load(options.config)
        observability.configure(settings.log_level)
        listen = _listen(options, settings)
        with _socket(listen) as bound, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            apis = list(dict.fromkeys(options.apis)) or names()
            runner.run(_serve(apis, settings, bound, options.json))
    except REFUSALS as error:
        sys.stderr.write(f"strata serve: {error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"strata serve: {error.filename or listen.host}: {error.strerror}\n")
        return 2
    return 0


def _listen(options: argparse.Namespace, settings: Settings) -> Listen:
    """The address to listen on: the command line's, else the configuration's."""
    host = options.host or settings.listen.host
    port = settings.listen.port if options.port is None else options.port
    try:
        return Listen(host=host, port=port)
    except ValidationError as error:
        raise SettingsError(faults_at("listen", error)) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="strata serve", description=__doc__)
    parser.add_argument(
        "apis", nargs="*", metavar="API", help="e.g. process/orders; all when none is named"
    )
    parser.add_argument("--host", help="address to listen on (from the configuration)")
    parser.add_argument("--port", type=int, help="port to listen on; 0 picks a free one")
    parser.add_argument("--config", type=Path, help="a YAML file laid over config/default.yaml")
    parser.add_argument("--json", action="store_true", help="say where it listens as one JSON line")
    return parser


@contextmanager
def _socket(listen: Listen) -> Iterator[socket.socket]:
    """Taken before anything is built, so that a port in use is the first thing said. It listens at
    once: whoever calls as soon as the address is announced waits a moment instead of being refused.
    """
    bound = socket.socket(socket.AF_INET6 if ":" in listen.host else socket.AF_INET)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((listen.host, listen.port))
            bound.listen()
        except OSError as error:
            error.filename = f"{listen.host}:{listen.port}"
            raise
        yield bound
    finally:
        bound.close()


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn raises them again when it is done, which would end the process
    before its flows have come to rest."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


async def _serve(apis: list[str], settings: Settings, bound: socket.socket, as_json: bool) -> None:
    network = NetworkSender()
    try:
        async with Platform(apis, settings, network) as platform:
            gc.freeze()  # what is loaded stays: looking through it again and again costs whole calls
            host, port = bound.getsockname()[:2]
            _announce(f"http://{f'[{host}]' if ':' in host else host}:{port}", apis, as_json)
            server = _Server(
                uvicorn.Config(
                    platform,
                    lifespan="off",
                    ws="none",
                    log_config=None,
                    access_log=False,
                    server_header=False,
                    timeout_graceful_shutdown=GRACE_SECONDS,
                )
            )
            await server.serve(sockets=[bound])
    finally:
        await network.aclose()


def _announce(url: str, apis: list[str], as_json: bool) -> None:
    if as_json:
        text = orjson.dumps({"url": url, "apis": apis}).decode()
    else:
        text = f"Strata serves {', '.join(apis)}\non {url} (reference pages there; Ctrl-C stops it)"
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
