"""The text that Prometheus scrapes: backends, caches, and what this process itself uses."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest

from runtime.caching.metrics import Cached
from runtime.caching.read_cache import ReadCache
from runtime.resilience.guard import Guard
from runtime.resilience.metrics import Guarded


def exposition(guards: Mapping[str, Guard], caches: Mapping[str, ReadCache]) -> bytes:
    """`guards`: by backend; `caches`: by API."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(Guarded(guards))
    registry.register(Cached(caches))
    return generate_latest(registry)
