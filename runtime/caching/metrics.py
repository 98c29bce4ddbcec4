"""How answers of the caches of this process were found, for Prometheus, read when it asks."""

from collections.abc import Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from runtime.caching.read_cache import HOW, ReadCache


class Cached(Collector):
    """`caches`: by API."""

    def __init__(self, caches: Mapping[str, ReadCache]) -> None:
        self._caches = caches

    def collect(self) -> Iterator[Metric]:
        help_ = "Answers of operations that may be kept, by how they were found"
        answers = CounterMetricFamily("strata_cache_answers", help_, labels=["api", "how"])
        size = GaugeMetricFamily("strata_cache_bytes", "Bytes of kept answers", labels=["api"])
        for api, cache in self._caches.items():
            size.add_metric([api], cache.bytes)
            for how in HOW:
                answers.add_metric([api, how], cache.counts[how])
        yield answers
        yield size
