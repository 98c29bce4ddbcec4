"""Which tests share a worker when they run side by side (`make test`), what starts first, and what
has the machine to itself."""

from math import inf
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]
from xdist.workermanage import WorkerController  # type: ignore[import-untyped]

settings.register_profile(
    "beside-others", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("beside-others")  # a machine that is busy says nothing of an example


ALONE = frozenset(
    {
        "tests/connectors/guarded/test_figures.py",
        "tests/runtime/flows/test_replicas.py",
    }
)
"""They hold a promise in seconds or in ratios, which no test beside them may take from them."""

LONGEST = (
    "split",
    "real",
    "fused",
    "tests/crash_matrix/test_crash_matrix.py",
    "tests/scaffold/test_made.py",
    "tests/scaffold/test_patterns.py",
    "tests/connectors/protocols/soap/codec/test_published.py",
    "tests/connectors/faults/test_fault_matrix.py",
    "tests/connectors/faults/test_faults_beyond_http.py",
)
"""What takes longest, started first, so that no worker is left with it at the end."""


def scope(nodeid: str) -> str:
    """What is expensive to start is started once: the real backends, and each way to deploy."""
    file = nodeid.split("::", 1)[0]
    if file in ALONE:
        return "alone"
    if file.startswith("tests/real/"):
        return "real"
    if file.startswith("tests/end_to_end/") and "[" in nodeid:
        return "split" if "[split" in nodeid else "fused"
    return file


def turn(nodeid: str) -> float:
    mine = scope(nodeid)
    if mine in LONGEST:
        return LONGEST.index(mine)
    return inf if mine == "alone" else len(LONGEST)


class InTurn(LoadScopeScheduling):  # type: ignore[misc] # xdist is not typed
    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        if next(iter(self.workqueue)) != "alone" or len(self.nodes) == 1:
            super()._assign_work_unit(node)
        elif not all(other.shutting_down for other in self.nodes if other is not node):
            node.shutdown()  # it ends what it has, and the last one waits for it

    def remove_node(self, node: WorkerController) -> str | None:
        crashed: str | None = super().remove_node(node)
        for other in self.nodes:
            self._reschedule(other)
        return crashed


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: turn(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> InTurn:
    config.option.loadscopereorder = False  # as they are sorted here
    return InTurn(config, log)
