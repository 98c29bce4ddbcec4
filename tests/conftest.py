"""Which tests share a worker when they run side by side (`make test`)."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]


class ByWhatIsStarted(LoadScopeScheduling):  # type: ignore[misc] # xdist is not typed
    """What is expensive to start is started once: the real backends, and each way to deploy."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        if file.startswith("tests/real/"):
            return "real"
        if file.startswith("tests/end_to_end/") and "[" in nodeid:
            return "split" if "[split" in nodeid else "fused"
        return file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByWhatIsStarted:
    return ByWhatIsStarted(config, log)
