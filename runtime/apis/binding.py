"""An API: handlers bound to the operations of a contract, served as the contract says."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from runtime.access.bearer import Access
from runtime.apis import media, rendering, selection, signatures
from runtime.apis.endpoint import Endpoint, Handler
from runtime.apis.operations import Operations
from runtime.apis.places import Places
from runtime.caching.read_cache import ReadCache
from runtime.calls.http import Sender
from runtime.clock import Clock
from runtime.context import Wiring
from runtime.contracts import conformity
from runtime.contracts.bundle import ContractError
from runtime.contracts.contract import CONTRACTS, Contract
from runtime.flows.engine import Engine
from runtime.flows.flow import Flow
from runtime.metering.meter import Meter
from runtime.resilience.guard import Guard
from runtime.settings import Settings

H = TypeVar("H", bound=Handler)

NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""FastAPI's own: it stores raw query strings, and the gate already says what happened."""


@dataclass(frozen=True)
class Surroundings:
    """What an API may need to open its resource: a connector, a flow engine."""

    settings: Settings
    network: Sender
    wiring: Wiring
    clock: Clock
    guards: dict[str, Guard]
    """Of the backends of this process, by name."""
    engines: dict[str, Engine]
    """Of the flows of this process, by the name of their journal."""
    open_engine: "OpenEngine"


OpenEngine = Callable[
    [Surroundings, str, Sequence[Flow[Any, Any]]], AbstractAsyncContextManager[Engine]
]
"""Opens the engine of the flows of a journal, by its name."""

Opener = Callable[[Surroundings], AbstractAsyncContextManager[Any]]


class Api:
    """`opens` makes the one resource the handlers share; they take it as `Annotated[T, Opened]`.

    `places`: where its problems point instead of into the layer below. `root` is where its contract lies.
    """

    def __init__(
        self,
        name: str,
        *,
        opens: Opener | None = None,
        places: Places | None = None,
        root: Path = CONTRACTS,
    ) -> None:
        self.contract = Contract.load(name, root)
        self.opens = opens
        self.places = places
        self.handlers: dict[str, Handler] = {}

    def operation(self, operation_id: str) -> Callable[[H], H]:
        """Bind a handler; method, path, status, scopes and parameters come from the contract."""

        def bind(handler: H) -> H:
            if self.handlers.setdefault(operation_id, handler) is not handler:
                raise ContractError(self.contract.name, [f"{operation_id}: bound twice"])
            return handler

        return bind

    def app(
        self, access: Access, cache: ReadCache | None = None, meter: Meter | None = None
    ) -> FastAPI:
        """The application; answers that may be kept are, in `cache` or one of its own.

        Raises ContractError naming every way it differs from the contract.
        """
        if faults := self._mismatches():
            raise ContractError(self.contract.name, sorted(faults))
        contract = self.contract
        if cache is None and any("x-cache" in o.document for o in contract.operations.values()):
            cache = ReadCache()
        endpoints = [
            Endpoint(
                it,
                self.handlers[it.id],
                access,
                cache=cache,
                xml=media.XmlBodies.of(contract, it),
                meter=meter,
            )
            for it in contract.operations.values()
        ]
        for it in endpoints:
            faults += conformity.differences(contract, it.operation, it.body, it.answer)
        if faults:
            raise ContractError(contract.name, sorted(faults))
        info = contract.document["info"]
        app = FastAPI(
            title=info["title"],
            version=info["version"],
            openapi_url=None,
            redirect_slashes=False,
            telemetry=NO_TELEMETRY,
        )
        app.state.cache = cache
        app.state.meter = meter
        rendering.install(app, self.places)
        operations = Operations(contract.prefix, endpoints)
        app.router.routes.append(operations)
        limited = any(it.operation.max_body_bytes for it in endpoints)
        app.state.body_limit = operations.body_limit if limited else None
        return app

    def _mismatches(self) -> list[str]:
        """What can be seen from names and signatures alone."""
        promised, bound = self.contract.operations, self.handlers
        faults = [
            f"{name}: not an operation of the contract" for name in bound.keys() - promised.keys()
        ]
        for check in (selection.faults, media.faults):
            faults += [f for o in promised.values() for f in check(self.contract, o)]
        faults += self.places.faults(self.contract) if self.places else ()
        faults += [f"{name}: no handler" for name in promised.keys() - bound.keys()]
        for name in promised.keys() & bound.keys():
            faults += signatures.differences(promised[name], bound[name])
        return faults
