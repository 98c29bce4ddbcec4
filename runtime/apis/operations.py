"""The operations of an API as one route: a path is looked up once, not tried against each in turn."""

import re
from collections.abc import Mapping

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
        self._items = [(self._by_path[t], _names(t)) for t in templates]
        self._pattern = re.compile("|".join(f"({_pattern(t)})" for t in templates))
        self._starts = _starts(templates)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http":
            return Match.NONE, {}
        found = self._pattern.fullmatch(scope["path"])
        if found is None:
            return Match.NONE, {}
        index = next(i for i, start in enumerate(self._starts) if found.group(start) is not None)
        methods, names = self._items[index]
        first = self._starts[index] + 1
        values = {name: found.group(first + i) for i, name in enumerate(names)}
        return Match.FULL, {"strata.methods": methods, "path_params": values}

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


def _starts(templates: list[str]) -> list[int]:
    """The number of the group that stands for each template, with its parameters' groups behind it."""
    starts, group = [], 1
    for template in templates:
        starts.append(group)
        group += 1 + len(_names(template))
    return starts
