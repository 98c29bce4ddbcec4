"""Tells the chapters one after the other, then serves until it is stopped."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from rich.console import Console
from rich.text import Text

from sandbox.demo import report, story
from sandbox.demo.books import Backends
from sandbox.demo.chapters import CHAPTERS, Chapter, told
from sandbox.demo.invitation import invitation, urls
from sandbox.demo.progress import spinner
from sandbox.demo.scene import Outcome, Scene
from sandbox.demo.serving import Platform
from sandbox.demo.stage import Choice, staged

CHECK_EVERY = 0.5


@dataclass(frozen=True, slots=True)
class Wish:
    backends: Choice
    once: bool
    as_json: bool
    chapters: Sequence[Chapter] = CHAPTERS


def perform(wish: Wish, out: Console, err: Console) -> bool:
    """Whether every outcome was as told. What is going on meanwhile is shown where it is read."""
    started = time.monotonic()
    shown = out if out.is_terminal and not wish.as_json else err
    with staged(wish.backends, shown, usual_ports=not wish.once) as (backends, platform):
        tell = _in_silence if wish.as_json else partial(_aloud, out)
        outcomes = [
            tell(number, chapter, backends, platform)
            for number, chapter in enumerate(wish.chapters, 1)
        ]
        seconds = time.monotonic() - started
        pages = urls(platform.url, backends.pages)
        totals = report.totals(outcomes, seconds)
        if wish.as_json:
            story.write(out, json.dumps(report.document(wish.chapters, outcomes, totals, pages)))
        else:
            out.print(Text(f"\n{totals.line()}", "bold" if totals.good else "bold red"))
        if not wish.once:
            beside = err if wish.as_json else out
            story.write(beside, invitation(platform.url, pages))
            _keep_serving(backends, platform)
            beside.print("\nstopping")
    return totals.good


def _aloud(
    out: Console, number: int, chapter: Chapter, backends: Backends, platform: Platform
) -> Outcome:
    out.print(story.heading(number, chapter))
    with spinner(out, "an order is placed") as say:
        outcome = told(chapter, Scene(backends, platform, say))
    story.show(out, story.page(chapter, outcome, out.width))
    return outcome


def _in_silence(_: int, chapter: Chapter, backends: Backends, platform: Platform) -> Outcome:
    return told(chapter, Scene(backends, platform, lambda _: None))


def _keep_serving(backends: Backends, platform: Platform) -> None:
    try:
        while True:
            time.sleep(CHECK_EVERY)
            backends.check()
            platform.check()
    except KeyboardInterrupt:
        return
