"""Texts with $places, as files; `filled` puts something there."""

from pathlib import Path
from string import Template

HERE = Path(__file__).parent


def filled(template: str, /, **places: str) -> str:
    """The file of this name, `.txt` where it has no other ending. Raises KeyError for a place left."""
    template = template if "." in template else f"{template}.txt"
    return Template((HERE / template).read_text()).substitute(places)
