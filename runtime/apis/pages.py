"""What a process serves beside its APIs: health, contracts, their reference pages, development tokens."""

import html
from collections.abc import Awaitable, Callable
from functools import cache
from importlib import resources

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from runtime.access.issuer import DevelopmentIssuer
from runtime.access.keys import private_key
from runtime.apis.binding import Api
from runtime.apis.rendering import BY_STATUS, response
from runtime.problems import Missing, Problem, Rejected
from runtime.settings import Settings

Endpoint = Callable[[Request], Awaitable[Response]]

ASSET = "/_reference/scalar.js"

REFERENCE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title></head>
<body>
<script id="api-reference" data-url="{url}" data-configuration='{configuration}'></script>
<script src="{asset}"></script>
</body></html>
"""

CONFIGURATION = orjson.dumps(
    {
        "defaultOpenAllTags": True,
        "withDefaultFonts": False,
        "telemetry": False,
        "agent": {"disabled": True},
        "mcp": {"disabled": True},
        "proxyUrl": "",
        "hideClientButton": True,
        "showDeveloperTools": "never",
    }
).decode()
"""Of the viewer, Scalar 1.72.1: every operation in sight, and whatever would call elsewhere, off."""

STAY_HOME = (
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The same as the browser enforces it: what a page may load, and whom it may talk to."""


class Pages:
    """`opened` is filled by the platform as its APIs open, and emptied when it begins to close."""

    def __init__(self, apis: list[Api], settings: Settings, opened: set[str]) -> None:
        self.apis = apis
        self.opened = opened
        self._routes: dict[str, Route] = {}
        self.add("/", self._index)
        self.add("/health/live", self._live)
        self.add("/health/ready", self._ready)
        self.add(ASSET, _asset)
        for api in apis:
            self.add(f"{api.contract.prefix}/openapi.json", _contract(api))
            self.add(f"{api.contract.prefix}/docs", _reference(api))
        if settings.profile == "embedded":
            issuer = DevelopmentIssuer(settings, private_key(settings, "development"))
            self.add("/oauth/token", issuer.token, "POST")
            self.add("/.well-known/jwks.json", issuer.jwks)

    def add(self, path: str, endpoint: Endpoint, method: str = "GET") -> None:
        """One more page, also of another part of the runtime."""
        self._routes[path] = Route(path, endpoint, methods=[method])

    def __contains__(self, path: str) -> bool:
        return path in self._routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._page(scope).handle(scope, receive, send)
        except Problem as problem:
            await response(problem)(scope, receive, send)

    def _page(self, scope: Scope) -> Route:
        route = self._routes.get(scope["path"]) or self._with_parameters(scope)
        if route is None:
            raise Missing("no API is served at this path", title="There is no such path")
        if scope["method"] not in (route.methods or ()):
            kind, title = BY_STATUS[405]
            raise Rejected(kind=kind, title=title, status=405)
        return route

    def _with_parameters(self, scope: Scope) -> Route | None:
        """The page whose path has the one asked for as a case, with its parameters in the scope."""
        for route in self._routes.values():
            match, found = route.matches(scope)
            if match is not Match.NONE:
                scope.update(found)
                return route
        return None

    async def _live(self, _request: Request) -> Response:
        """The process answers. Nothing else is looked at: a restart would mend nothing else."""
        return JSONResponse({"status": "live"})

    async def _ready(self, _request: Request) -> Response:
        """Every API of this process is open for calls."""
        waiting = [a.contract.name for a in self.apis if a.contract.name not in self.opened]
        status = "ready" if not waiting else "starting"
        return JSONResponse({"status": status, "waiting": waiting}, 503 if waiting else 200)

    async def _index(self, _request: Request) -> Response:
        rows = "".join(
            f'<li><a href="{a.contract.prefix}/docs">{html.escape(a.contract.document["info"]["title"])}</a>'
            f" · {html.escape(a.contract.document['info'].get('description', ''))}</li>"
            for a in self.apis
        )
        return HTMLResponse(
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Strata</title>'
            f'<body style="font:16px/1.6 system-ui;max-width:46rem;margin:4rem auto;padding:0 1rem">'
            f"<h1>Strata</h1><ul>{rows}</ul></body></html>"
        )


def _contract(api: Api) -> Endpoint:
    body = orjson.dumps(api.contract.document, default=str)

    async def contract(_request: Request) -> Response:
        return Response(body, media_type="application/json")

    return contract


def _reference(api: Api) -> Endpoint:
    page = REFERENCE.format(
        title=html.escape(api.contract.document["info"]["title"]),
        url=f"{api.contract.prefix}/openapi.json",
        configuration=CONFIGURATION,
        asset=ASSET,
    )

    async def reference(_request: Request) -> Response:
        return HTMLResponse(page, headers={"content-security-policy": STAY_HOME})

    return reference


async def _asset(_request: Request) -> Response:
    """The viewer, as shipped (gzip); browsers have accepted gzip since the last century."""
    headers = {"content-encoding": "gzip", "cache-control": "public, max-age=86400"}
    return Response(_viewer(), media_type="text/javascript", headers=headers)


@cache
def _viewer() -> bytes:
    return (resources.files("runtime.apis") / "assets" / "scalar.js.gz").read_bytes()
