"""The APIs of one process behind one ASGI application: all layers, or one API and its peers' URLs."""

from contextlib import AsyncExitStack
from typing import Self

import structlog
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from runtime import layers
from runtime.access.bearer import Access, FixedKey, Trusted
from runtime.access.cors import with_cors
from runtime.access.hops import HopTokens, audience
from runtime.access.issuer import NAME as DEVELOPMENT
from runtime.access.issuer import refuse_outside_development
from runtime.access.jwks import JwksKeys
from runtime.access.keys import ALGORITHM, private_key, public_key
from runtime.apis.binding import Api, OpenEngine, Surroundings
from runtime.apis.gate import Gate
from runtime.apis.pages import Pages
from runtime.calls.http import Sender
from runtime.calls.in_process import InProcessSender
from runtime.calls.wiring import PeerWiring, route
from runtime.clock import clock
from runtime.flows.engine import Engine
from runtime.flows.opening import open_engine
from runtime.layers import MAY_CALL
from runtime.metering.opening import meters, open_meters
from runtime.resilience.guard import Guard
from runtime.serving import catalogue
from runtime.serving.control import Control
from runtime.serving.flow_control import FlowControl
from runtime.settings import Settings

log = structlog.get_logger()


class Platform:
    """`async with Platform(...)` opens what the APIs need; calling it serves a request.

    Raises ContractError, LayerViolation, SettingsError or UnknownApi before anything is served.
    """

    def __init__(
        self,
        names: list[str],
        settings: Settings,
        network: Sender,
        open_engine: OpenEngine = open_engine,
    ) -> None:
        refuse_outside_development(settings)
        self.settings = settings
        self.network = network
        self.open_engine = open_engine
        self.apis = [_checked(name) for name in dict.fromkeys(names)]
        self.opened: set[str] = set()
        self.guards: dict[str, Guard] = {}
        self.engines: dict[str, Engine] = {}
        self._stack = AsyncExitStack()
        self._meters = meters((api.contract for api in self.apis), settings)
        self._wirings = {api.contract.name: PeerWiring(self._tokens(api)) for api in self.apis}
        self._apps = {api.contract.name: self._app(api) for api in self.apis}
        self._gates = {
            name: Gate(name, app, self._wirings[name], settings.limits, app.state.body_limit)
            for name, app in self._apps.items()
        }
        self._doors = {api.contract.name: self._door(api) for api in self.apis}
        self._connect_peers()
        self._pages = Pages(self.apis, settings, self.opened)
        caches = {name: app.state.cache for name, app in self._apps.items() if app.state.cache}
        Control(self.guards, caches, Access("system", self._issuers())).add_to(self._pages)
        FlowControl(self.engines, Access("process", self._issuers())).add_to(self._pages)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        door = self._doors.get("/".join(path.split("/", 4)[1:4]))
        if door is None or path in self._pages:
            await self._pages(scope, receive, send)
        else:
            await door(scope, receive, send)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await open_meters(self._meters, self.settings, stack)
            # From the bottom up: a flow that is taken up again calls the layer below at once.
            for api in sorted(
                self.apis, key=lambda a: list(MAY_CALL).index(a.contract.layer), reverse=True
            ):
                await self._open(api, stack)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.opened.clear()  # not ready any more, before anything closes
        await self._stack.aclose()

    async def _open(self, api: Api, stack: AsyncExitStack) -> None:
        name = api.contract.name
        if api.opens is not None:
            around = Surroundings(
                self.settings,
                self.network,
                self._wirings[name],
                clock(self.settings),
                self.guards,
                self.engines,
                self.open_engine,
            )
            self._apps[name].state.opened = await stack.enter_async_context(api.opens(around))
        self.opened.add(name)
        log.info("opened", api=name)

    def _door(self, api: Api) -> ASGIApp:
        """The gate as callers from outside come to it; pages in browsers are at the first layer only."""
        gate = self._gates[api.contract.name]
        if api.contract.layer != "experience":
            return gate
        return with_cors(gate, self.settings.security.cors.origins)

    def _app(self, api: Api) -> FastAPI:
        meter = self._meters.get(api.contract.api)
        return api.app(self._access(api.contract.layer), meter=meter)

    def _connect_peers(self) -> None:
        local: dict[str, Sender] = {
            name: InProcessSender(gate) for name, gate in self._gates.items()
        }
        for api in self.apis:
            wiring = self._wirings[api.contract.name]
            for peer in layers.peers(catalogue.package(api.contract.api)):
                wiring.routes[peer] = route(peer, local, self.network, self.settings)

    def _tokens(self, api: Api) -> HopTokens | None:
        contract = api.contract
        if not MAY_CALL[contract.layer]:
            return None
        grants = self.settings.security.grants.get(contract.api, [])
        return HopTokens(contract.api, private_key(self.settings, contract.layer), grants)

    def _access(self, layer: str) -> Access:
        """Whose tokens a layer accepts: its callers' layers, and the issuers consumers come with."""
        trusted = {
            audience(caller): Trusted(FixedKey(public_key(self.settings, caller)), [ALGORITHM])
            for caller, callees in MAY_CALL.items()
            if layer in callees
        }
        senders = {name: it.keys for name, it in self.settings.security.senders.items()}
        return Access(layer, trusted | self._issuers(), senders=senders)

    def _issuers(self) -> dict[str, Trusted]:
        """Whose tokens people and systems outside come with."""
        trusted = {}
        for issuer in self.settings.security.issuers:
            source = JwksKeys(issuer.jwks_url, self.network)
            trusted[issuer.issuer] = Trusted(source, list(issuer.algorithms))
        if self.settings.profile == "embedded":
            key = private_key(self.settings, "development")
            trusted[DEVELOPMENT] = Trusted(FixedKey(key), [ALGORITHM])
        return trusted


def _checked(name: str) -> Api:
    api = catalogue.load(name)
    layers.check(name, catalogue.package(name))
    return api
