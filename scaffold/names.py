"""Their names as ours: camelCase members, kebab-case paths, snake_case Python, PascalCase schemas."""

import builtins
import keyword
import re
from collections.abc import Collection, Sequence
from itertools import count

from pydantic import BaseModel

from runtime.contracts.client_source import snake

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+[0-9]*|[A-Z]+[0-9]*|[0-9]+")

_TAKEN = frozenset(
    {
        *("body", "present", "self", "words", "v1"),
        *(n for n in (*dir(BaseModel), *dir(type(BaseModel))) if not n.startswith("_")),
    }
)
"""What a member must not be called: it would hide what the generated code needs."""

_TAKEN_SCHEMAS = frozenset(
    {
        *("Annotated", "Any", "ApiClient", "AwareDatetime", "ConfigDict", "Connector", "Decimal"),
        *("Field", "FieldError", "HttpBackend", "Literal", "Mapping", "Model", "Opened", "Options"),
        *("Port", "Problem", "RootModel", "SoapBackend", "Tree", "TypeAliasType", "TypedDict"),
        *(name for name in dir(builtins) if name[0].isupper()),
    }
)


def words(name: str) -> list[str]:
    """`getHTTPCode_2` is get, http, code2. A single letter belongs to what follows it: what is
    generated from a camelCase name then always comes out the same."""
    found: list[str] = []
    for word in (w.lower() for w in _WORDS.findall(name)):
        if found and (len(found[-1]) == 1 or word[0].isdigit()):
            found[-1] += word
        else:
            found.append(word)
    if not found:
        return ["value"]
    return found if found[0][0].isalpha() else [f"x{found[0]}", *found[1:]]


def camel(name: str) -> str:
    first, *others = words(name)
    made = first + "".join(word.capitalize() for word in others)
    return f"{made}Value" if snake(made) in _TAKEN else made


def pascal(name: str) -> str:
    made = "".join(word.capitalize() for word in words(name))
    return f"{made}Type" if made in _TAKEN_SCHEMAS else made


def kebab(name: str) -> str:
    return "-".join(words(name))


def python(name: str) -> str:
    """Any name as one for a function."""
    made = "_".join(words(name))
    return f"{made}_" if keyword.iskeyword(made) or made in dir(builtins) else made


def title(name: str) -> str:
    """`order_status` as a heading: Order status."""
    return " ".join(words(name)).capitalize()


def free(name: str, taken: Collection[str]) -> str:
    """The name, numbered if another has it."""
    if name not in taken:
        return name
    return next(made for n in count(2) if (made := f"{name}{n}") not in taken)


def sentence(text: str, otherwise: str = "", limit: int = 80) -> str:
    """The first sentence of a documentation on one line, without its full stop."""
    plain = " ".join(text.replace("\\", "/").replace('"', "'").split())
    first = re.split(r"(?<=[a-z0-9)'])[.;](?:\s|$)", plain, maxsplit=1)[0].strip(" .:;-")
    return _cut(first, limit) or otherwise


def prose(text: str, limit: int = 300) -> str:
    """A documentation on one line, cut where it becomes a manual."""
    return _cut(" ".join(text.split()), limit)


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0] + " ..."


def listed(names: Sequence[str], most: int = 8) -> str:
    """Some of many names, for a sentence."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
