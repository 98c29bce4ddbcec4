"""Lines put into files that are there, so that nothing else in them changes."""

import re
from collections.abc import Callable

from scaffold.system import Refused

Change = Callable[[str], str]


def into_list(section: str, key: str, *items: str) -> Change:
    """TOML: into the list of a key, in its order, below a line that holds `section`."""

    def change(text: str) -> str:
        start = _find(text, section, 0)
        start = text.index("\n", _find(text, f"\n{key} = [", start) + 1) + 1
        end = text.index("]", start)
        lines = text[start:end].splitlines(keepends=True)
        for item in items:
            line = f'    "{item}",\n'
            place = next((n for n, other in enumerate(lines) if other > line), len(lines))
            lines.insert(place, line)
        return text[:start] + "".join(lines) + text[end:]

    return change


def into_flow(section: str, key: str, *items: str) -> Change:
    """YAML: at the end of a one-line list, below a line that holds `section`."""

    def change(text: str) -> str:
        found = re.compile(rf"^\s*{key}: \[[^\n]*(?=\]$)", re.M).search(
            text, _find(text, section, 0)
        )
        if found is None:
            raise Refused([f"no {key} below {section.strip()}"])
        added = "".join(f', "{item}"' for item in items)
        return text[: found.end()] + added + text[found.end() :]

    return change


def into_block(section: str, line: str) -> Change:
    """YAML: as the last line of a block that begins with the line `section`."""

    def change(text: str) -> str:
        start = _find(text, f"\n{section}\n", 0) + len(section) + 2
        depth = len(section) - len(section.lstrip())
        for found in re.finditer(r"^( *)\S.*$", text[start:], re.M):
            if len(found[1]) <= depth:
                end = start + found.start()
                kept = text[start:end].rstrip("\n")
                return f"{text[:start]}{kept}\n{line}\n{text[start + len(kept) + 1 :]}"
        return f"{text.rstrip()}\n{line}\n"

    return change


def before(marker: str, added: str) -> Change:
    """Before a line."""

    def change(text: str) -> str:
        place = _find(text, f"\n{marker}\n", 0) + 1
        return text[:place] + added + text[place:]

    return change


def after_last(pattern: str, added: str) -> Change:
    """After the last of what matches."""

    def change(text: str) -> str:
        found = list(re.finditer(pattern, text, re.M))
        if not found:
            raise Refused([f"nothing matches {pattern}"])
        return text[: found[-1].end()] + added + text[found[-1].end() :]

    return change


def _find(text: str, marker: str, start: int) -> int:
    found = text.find(marker, start)
    if found < 0:
        raise Refused([f"there is no {marker.strip()!r}"])
    return found
