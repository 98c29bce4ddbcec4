"""The story: a table of chapters, each told and then held against the backends' own state."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.demo.books import Holdings
from sandbox.demo.chapters import declined, goes_through, killed, out_of_stock, silence
from sandbox.demo.promises import Promise
from sandbox.demo.scene import Outcome, Scene


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    premise: str
    tell: Callable[[Scene], Outcome]
    whole_tree: bool = False
    """Whether every hop and call is shown."""


CHAPTERS = (
    Chapter(
        "An order goes through",
        "Ada buys two cables and a lamp: one checkout, three layers, three backends.",
        goes_through.tell,
        whole_tree=True,
    ),
    Chapter(
        "A declined card",
        "The goods are set aside when the bank says no.",
        declined.tell,
    ),
    Chapter(
        "An item out of stock",
        "The last webcam is gone.",
        out_of_stock.tell,
    ),
    Chapter(
        "A time-out after the payment was authorised",
        "The bank says yes, the provider writes it down, and its answer never arrives.",
        silence.tell,
    ),
    Chapter(
        "kill -9 in mid-order",
        "The money is taken, the receipt is on its way, and the platform is killed.",
        killed.tell,
    ),
)


def told(chapter: Chapter, scene: Scene) -> Outcome:
    """What came of it; a chapter that breaks off is not as told, and the next one is told still."""
    try:
        return chapter.tell(scene)
    except Exception as error:
        broke_off = Promise("told to its end", False, f"{type(error).__name__}: {error}")
        return Outcome(None, Holdings([], [], []), [broke_off])
    finally:
        scene.backends.mend()
