"""Functions written as Python source, each for one type of a WSDL, so that a message takes none of the
decisions that were made when the type was read. The source is the function's docstring, and tracebacks
show it.
"""

import linecache
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

_numbers = count(1)


class Known(dict[str, Any]):
    """What the source of a function speaks of, by name."""

    def name(self, word: str, meant: object) -> str:
        """A name for something: the word, with a number behind it where it is taken."""
        for number in count():
            name = f"{word}_{number}" if number else word
            if self.setdefault(name, meant) is meant:
                return name
        raise AssertionError  # count does not end


def written(name: str, lines: Iterable[str], known: Known) -> Callable[..., Any]:
    """The function `name` that the lines define. What a WSDL says stands in them as literals only,
    written by `repr`."""
    source = "\n".join(lines) + "\n"
    file = f"<{name} {next(_numbers)}>"
    space = dict(known)
    exec(compile(source, file, "exec"), space)  # noqa: S102 # our own lines
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    made: Callable[..., Any] = space[name]
    made.__doc__ = source
    return made
