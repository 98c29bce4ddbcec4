"""Documents as YAML in the form our contracts have: small things on one line, in the order given."""

import re
from typing import Any

import yaml

WIDTH = 100

COMMENT = "#"
"""The key of a comment: it stands where the member would."""


class Flow(dict[str, Any]):
    """A mapping to be written on one line, if it fits."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - as it is called
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - as well
        super().increase_indent(flow, False)


def _flow(dumper: _Dumper, data: Flow) -> yaml.Node:
    node = dumper.represent_dict(data)
    node.flow_style = len(text := repr(data)) < WIDTH and f"{COMMENT!r}:" not in text
    return node


def _list(dumper: _Dumper, data: list[Any]) -> yaml.Node:
    node = dumper.represent_list(data)
    node.flow_style = len(repr(data)) < WIDTH and not any(isinstance(i, dict | list) for i in data)
    return node


def _text(dumper: _Dumper, data: str) -> yaml.Node:
    folded = len(data) > WIDTH and " " in data and "\n" not in data
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=">" if folded else None)


_Dumper.add_representer(Flow, _flow)
_Dumper.add_representer(list, _list)
_Dumper.add_representer(str, _text)


def dump(document: dict[str, Any], head: str = "") -> str:
    """`head`: a comment before it."""
    text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
    return head + re.sub(r"^( *)'#': '?(.*?)'?$", r"\1# \2", text, flags=re.M)
