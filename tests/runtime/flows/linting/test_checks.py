"""Each mistake is found at its line, and nothing else is."""

import inspect
import re

import pytest

from runtime.flows.flow import Flow
from runtime.flows.linting.checks import findings
from runtime.flows.linting.discovery import flows
from tests.runtime.flows.linting import wrong
from tests.runtime.flows.linting.booking import book

RULES = [
    "irreversible",
    "no-key",
    "not-only-reads",
    "outside-step",
    "pivot-twice",
    "undo-after-pivot",
    "undo-arguments",
    "unrecordable",
    "unseen",
]


def marked() -> set[tuple[int, str]]:
    lines = enumerate(inspect.getsource(wrong).splitlines(), 1)
    marks = ((line, re.search(r"# finds ([a-z -]+)$", text)) for line, text in lines)
    return {(line, rule) for line, mark in marks if mark for rule in mark[1].split()}


def found() -> set[tuple[int, str]]:
    flows = [thing for thing in vars(wrong).values() if isinstance(thing, Flow)]
    return {(it.place.line, it.rule) for flow in flows for it in findings(flow)}


@pytest.mark.parametrize("rule", RULES)
def test_a_mistake_is_found_where_it_is_and_nowhere_else(rule: str) -> None:
    expected = {line for line, marked_rule in marked() if marked_rule == rule}
    assert expected
    assert {line for line, found_rule in found() if found_rule == rule} == expected


def test_there_are_no_other_rules() -> None:
    assert {rule for _, rule in found()} == set(RULES)


def test_a_finding_says_where_and_what_to_do() -> None:
    (finding,) = findings(wrong.irreversible_first)
    line = inspect.getsource(wrong).splitlines().index('@flow("irreversible-first")') + 3
    assert str(finding) == (
        f"tests/runtime/flows/linting/wrong.py:{line}: irreversible: charge cannot be undone when it"
        " or a later step fails: give it an undo=, declare it @reads, or do it after"
        " saga.point_of_no_return()"
    )


def test_a_call_that_changes_something_is_named_with_its_place() -> None:
    (finding,) = findings(wrong.not_only_reads)
    assert re.search(r"erp.cancel_sales_order \(DELETE\) \(.*wrong.py:\d+\)", finding.text)


def test_a_mistake_is_told_once() -> None:
    found = findings(wrong.different_each_time)
    assert len({it.place for it in found}) == len(found)


def test_a_good_flow_has_no_finding() -> None:
    assert findings(book) == []


def test_every_flow_of_ours_is_good() -> None:
    ours = list(flows())
    assert {"place-order", "cancel-order"} <= {flow.name for flow in ours}
    assert [str(finding) for flow in ours for finding in findings(flow)] == []
