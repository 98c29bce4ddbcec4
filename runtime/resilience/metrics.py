"""The guards of this process for Prometheus, read when it asks.

Labels are the backend's name and a word of ours: what a caller sends adds no series.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from runtime.resilience.breaker import State
from runtime.resilience.guard import Guard
from runtime.resilience.tally import BOUNDS

GAUGES: dict[str, tuple[str, Callable[[Guard], float]]] = {
    "in_flight": ("Calls under way", lambda guard: guard.limiter.in_flight),
    "limit": ("Calls that may be under way, as found out", lambda guard: guard.limiter.limit),
    "waiting": ("Calls waiting for their turn", lambda guard: guard.limiter.waiting),
    "retry_budget": ("Retries that may be made now", lambda guard: guard.budget.left),
    "forced": ("1 while an operator's order stands", lambda guard: float(guard.force is not None)),
}

COUNTERS: dict[str, tuple[str, Callable[[Guard], float]]] = {
    "retries": ("Attempts after the first", lambda guard: guard.tally.retries),
    "hedges": ("Reads sent a second time", lambda guard: guard.tally.hedges),
}


class Guarded(Collector):
    def __init__(self, guards: Mapping[str, Guard]) -> None:
        self._guards = guards

    def collect(self) -> Iterator[Metric]:
        guards = list(self._guards.values())
        for name, (help_, value) in GAUGES.items():
            gauge = GaugeMetricFamily(f"strata_backend_{name}", help_, labels=["backend"])
            for guard in guards:
                gauge.add_metric([guard.name], value(guard))
            yield gauge
        for name, (help_, value) in COUNTERS.items():
            counter = CounterMetricFamily(f"strata_backend_{name}", help_, labels=["backend"])
            for guard in guards:
                counter.add_metric([guard.name], value(guard))
            yield counter
        yield _states(guards)
        yield _attempts(guards)
        yield _seconds(guards)


def _states(guards: list[Guard]) -> Metric:
    help_ = "1 for the state the breaker is in"
    gauge = GaugeMetricFamily("strata_backend_breaker", help_, labels=["backend", "state"])
    for guard in guards:
        for state in State:
            gauge.add_metric([guard.name, state], float(guard.breaker.state is state))
    return gauge


def _attempts(guards: list[Guard]) -> Metric:
    help_ = "Attempts by outcome, refused ones too"
    counter = CounterMetricFamily("strata_backend_attempts", help_, labels=["backend", "outcome"])
    for guard in guards:
        for outcome, count in guard.tally.outcomes.items():
            counter.add_metric([guard.name, outcome], count)
    return counter


def _seconds(guards: list[Guard]) -> Metric:
    help_ = "Time taken by attempts that were not refused"
    histogram = HistogramMetricFamily("strata_backend_seconds", help_, labels=["backend"])
    names = [*(str(bound) for bound in BOUNDS), "+Inf"]
    for guard in guards:
        buckets = list(zip(names, accumulate(guard.tally.times), strict=True))
        histogram.add_metric([guard.name], buckets, guard.tally.seconds)
    return histogram
