"""An API: handlers bound to the operations of a contract, served as the contract says."""

from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from runtime import conformity, rendering
from runtime.access import Access, authorize
from runtime.clock import Clock
from runtime.context import Wiring, current, entered
from runtime.contract import Contract, ContractError, Operation
from runtime.http import Sender
from runtime.settings import Settings
from runtime.signatures import Handler, bound


@dataclass(frozen=True)
class Surroundings:
    """What an API may need to open its resource: a connector, a flow engine."""

    settings: Settings
    network: Sender
    wiring: Wiring
    clock: Clock


Opener = Callable[[Surroundings], AbstractAsyncContextManager[Any]]


class Api:
    """`opens` makes the one resource the handlers share; they take it as `Depends(opened)`."""

    def __init__(self, name: str, *, opens: Opener | None = None) -> None:
        self.contract = Contract.load(name)
        self.opens = opens
        self.handlers: dict[str, Handler] = {}

    def operation(self, operation_id: str) -> Callable[[Handler], Handler]:
        """Bind a handler; method, path, status, scopes and parameters come from the contract."""

        def bind(handler: Handler) -> Handler:
            self.handlers[operation_id] = handler
            return handler

        return bind

    def app(self, access: Access) -> FastAPI:
        """The application. Raises ContractError naming every way it differs from the contract."""
        contract = self.contract
        app = FastAPI(
            title=contract.document["info"]["title"],
            version=contract.document["info"]["version"],
            openapi_url=None,
            redirect_slashes=False,
        )
        rendering.install(app)
        faults = [
            f"{name}: not an operation of the contract"
            for name in self.handlers.keys() - contract.operations.keys()
        ]
        for name, handler in self.handlers.items():
            if operation := contract.operations.get(name):
                faults += _add_route(app, contract, operation, handler, access)
        faults = faults or list(conformity.differences(contract, app))
        if faults:
            raise ContractError(contract.name, sorted(faults))
        return app


async def opened(request: Request) -> Any:
    """FastAPI dependency: the resource of the API, e.g. its connector."""
    return request.app.state.opened


def _add_route(
    app: FastAPI, contract: Contract, operation: Operation, handler: Handler, access: Access
) -> list[str]:
    endpoint, faults = bound(operation, handler)
    if not faults:
        route = _route_class(operation, access)
        app.router.routes.append(
            route(
                contract.prefix + operation.path,
                endpoint,
                methods=[operation.method.upper()],
                operation_id=operation.id,
                status_code=operation.statuses[0],
                deprecated=operation.deprecated,
                response_model_exclude_none=True,
            )
        )
    return faults


def _route_class(operation: Operation, access: Access) -> type[APIRoute]:
    """A route that authenticates and authorises before anything of the body is read."""

    class OperationRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def guarded(request: Request) -> Response:
                request.scope["strata.operation"] = operation.id
                identity = await access.identify(request.headers.get("authorization"))
                authorize(identity, operation.scopes)
                with entered(replace(current(), identity=identity)):
                    answer = await handle(request)
                if operation.deprecated_since:
                    answer.headers["deprecation"] = operation.deprecated_since  # RFC 9745
                return answer

            return guarded

    return OperationRoute
