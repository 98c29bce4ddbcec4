"""A vendor that speaks HTTP, as the tests here ask it."""

import asyncio
from typing import Any

import httpx

from runtime.context import Context

URL = "http://vendor.test/base"
NO_WIRING: Any = None  # a connector calls no peer
OK = httpx.Response(200, json={})


def in_context(seconds: float) -> Context:
    deadline = asyncio.get_running_loop().time() + seconds
    return Context("system/x", NO_WIRING, "req-1", "ab" * 16, deadline, span_id="cd" * 8)
