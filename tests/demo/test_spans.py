"""Log lines become the tree they describe, and the tree becomes lines."""

import io
from typing import Any

from rich.console import Console

from sandbox.demo.spans import steps, trees
from sandbox.demo.tree import tree_table


def line(event: str, span: str, parent: str, second: float, **fields: Any) -> dict[str, Any]:
    at = f"2026-01-01T00:00:{second:06.3f}Z"
    ids = {"span_id": span, "parent_span_id": parent}
    return {"event": event, "at": at, "ms": 100.0, **ids, **fields}


# In the order they end, as a log has them; two siblings end in another order than they began.
LINES = [
    line("backend_call", "d2", "c1", 2.2, backend="erp", operation="GetPrice", status=200),
    line("backend_call", "d1", "c1", 2.1, backend="erp", operation="Login", status=503),
    line("request", "c1", "b1", 2.3, api="system/erp/v1", operation="getPrice", status=200),
    line("flow_step", "b2", "a1", 3.0, flow="f", step="pay", kind="do", outcome="problem"),
    line("flow_step", "b1", "a1", 2.4, flow="f", step="price", kind="do", outcome="ok"),
    line("flow_step", "b3", "a1", 4.0, flow="f", step="pay", kind="undo", outcome="ok"),
    line("flow_step_again", "b3", "a1", 4.0),
    line("request", "a1", "elsewhere", 5.0, api="process/orders/v1", operation="place", status=422),
]


def test_spans_hang_under_their_parents_in_the_order_they_began() -> None:
    [root] = trees(LINES)
    assert (root.who, root.did, root.outcome) == ("process/orders", "place", "422")
    assert [step.did for step in root.calls] == ["price", "pay", "pay"]
    assert [call.did for call in root.calls[0].calls[0].calls] == ["Login", "GetPrice"]
    assert len(list(root.all())) == 7


def test_steps_and_what_undid_them_are_told_apart() -> None:
    roots = trees(LINES)
    assert [step.did for step in steps(roots, undo=False)] == ["price", "pay"]
    assert [step.outcome for step in steps(roots, undo=True)] == ["ok"]


def test_what_a_dead_process_could_not_log_leaves_the_rest_readable() -> None:
    roots = trees([it for it in LINES if it["span_id"] not in {"a1", "c1"}])
    assert [root.did for root in roots] == ["Login", "GetPrice", "price", "pay", "pay"]


def test_a_tree_is_drawn_with_its_backend_calls_beside_it() -> None:
    console = Console(file=io.StringIO(), width=100)
    console.print(tree_table(trees(LINES)))
    assert isinstance(console.file, io.StringIO)
    drawn = [row.rstrip() for row in console.file.getvalue().splitlines()]
    assert drawn[1:] == [
        "process/orders place  422  100.0",
        "├ price                    100.0",
        "│ └ system/erp getPrice    100.0  Login  503    100.0",
        "│                                 GetPrice      100.0",
        "├ pay  problem             100.0",
        "└ undo pay                 100.0",
    ]
