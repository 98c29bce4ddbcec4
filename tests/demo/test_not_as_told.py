"""What does not come out as told is shown, counted, and decides how the demo ends."""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from sandbox.demo.books import Holdings
from sandbox.demo.chapters import CHAPTERS, Chapter
from sandbox.demo.child import Watch
from sandbox.demo.performance import Wish, perform
from sandbox.demo.scene import Outcome, Scene
from sandbox.demo.simulated import Simulated, simulated
from sandbox.demo.stage import CHOICES


class Doctored(Simulated):
    """Somebody has charged twice."""

    def holdings(self, order_id: str) -> Holdings:
        true = super().holdings(order_id)
        return replace(true, payments=true.payments * 2)


@contextmanager
def doctored(folder: Path, ports: Mapping[str, int], watch: Watch) -> Iterator[Simulated]:
    with simulated(folder, ports, watch) as backends:
        backends.__class__ = Doctored
        yield backends


def breaks_off(scene: Scene) -> Outcome:
    raise LookupError(scene.platform.url)


@pytest.mark.timeout(60)
def test_an_outcome_that_is_not_as_told_is_said_and_the_story_goes_on() -> None:
    out = Console(file=io.StringIO(), width=100)
    choice = replace(CHOICES["sandbox"], boot=doctored)
    chapters = (Chapter("A broken chapter", "It breaks off.", breaks_off), CHAPTERS[0])

    good = perform(Wish(choice, True, False, chapters), out, Console(file=io.StringIO()))

    assert isinstance(out.file, io.StringIO)
    said = out.file.getvalue()
    assert not good
    assert "✗ told to its end: LookupError: http://127.0.0.1:" in said
    assert "✗ charged once, 79.89 EUR: pi_000000000001 succeeded, pi_000000000001" in said
    assert "✓ placed  ✓ one ERP order, confirmed" in said
    assert said.splitlines()[-1].startswith("0 of 2 as told · 1 orders · ")
