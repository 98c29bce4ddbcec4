"""The operations of an API as one route: a path is looked up once, not tried against each in turn."""

import re
from collections.abc import Iterator, Mapping

from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from runtime.apis.endpoint import Endpoint


class Operations(BaseRoute):
    def __init__(self, prefix: str, endpoints: list[Endpoint]) -> None:
        self._by_path: dict[str, dict[str, Endpoint]] = {}
        for endpoint in endpoints:
            methods = self._by_path.setdefault(prefix + endpoint.operation.path, {})
            methods[endpoint.operation.method.upper()] = endpoint
        # Fixed paths before templates, as OpenAPI has it: /orders/mine is not an order named mine.
        templates = sorted(self._by_path, key=lambda path: (path.count("{"), path))
        self._pattern = re.compile("|".join(f"({_pattern(t)})" for t in templates))
        self._at_group = {
            group: (self._by_path[t], _names(t))
            for group, t in zip(_groups(templates), templates, strict=True)
        }

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http":
            return Match.NONE, {}
        found = self._pattern.fullmatch(scope["path"])
        if found is None:
            return Match.NONE, {}
        group = found.lastindex or 0  # the group closed last is the one around a whole path
        methods, names = self._at_group[group]
        values = {name: found[group + i] for i, name in enumerate(names, 1)}
        return Match.FULL, {"strata.methods": methods, "path_params": values}

    def body_limit(self, scope: Scope) -> int | None:
        """Of the operation that is asked for, where its contract has one."""
        _, found = self.matches(scope)
        endpoint = found.get("strata.methods", {}).get(scope["method"])
        return endpoint.operation.max_body_bytes if endpoint else None

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        methods: Mapping[str, Endpoint] = scope["strata.methods"]
        endpoint = methods.get(scope["method"])
        if endpoint is None:
            raise HTTPException(405, headers={"allow": ", ".join(sorted(methods))})
        await endpoint.serve(scope, receive, send, scope["path_params"])


def _names(template: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", template)


def _pattern(template: str) -> str:
    return re.sub(r"\\\{\w+\\\}", "([^/]+)", re.escape(template))


def _groups(templates: list[str]) -> Iterator[int]:
    """The number of the group around each template; those of its parameters come right behind it."""
    group = 1
    for template in templates:
        yield group
        group += 1 + len(_names(template))
