"""Which tests share a worker when they run side by side (`make test`)."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is expensive to start is started once: the real backends, and each way to deploy."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))


def _group(item: pytest.Item) -> str:
    parts = item.path.relative_to(HERE).parts
    if parts[0] == "end_to_end" and "[" in item.name:
        return f"end_to_end-{'split' if '[split' in item.name else 'fused'}"
    return "real" if parts[0] == "real" else "/".join(parts)
