"""Where what an API below tells of is to be found here, for callers who can reach and know no other API."""

import re
from collections.abc import Iterator, Mapping

from runtime.contracts.contract import Contract
from runtime.problems import Problem

NAMED = re.compile(r"\{(\w+)\}")


class Places:
    """`table`: paths of the layer below, whole and as templates, and of this API, from its prefix on."""

    def __init__(self, prefix: str, table: Mapping[str, str]) -> None:
        self.prefix = prefix
        self.table = table
        self._patterns = {
            re.compile(NAMED.sub(r"(?P<\1>[^/]+)", there)): here for there, here in table.items()
        }

    def here(self, instance: str) -> str | None:
        """None when this API has no place for it."""
        for there, here in self._patterns.items():
            if found := there.fullmatch(instance):
                return self.prefix + here.format(**found.groupdict())
        return None

    def pointing_here(self, problem: Problem) -> Problem:
        """The same problem; an instance that has no place here is left out."""
        document = dict(problem.document)
        instance = document.pop("instance", None)
        here = instance and self.here(instance)
        return Problem.from_document(document | ({"instance": here} if here else {}))

    def faults(self, contract: Contract) -> Iterator[str]:
        """Places at which this API answers nobody."""
        answered = {
            NAMED.sub("{}", it.path) for it in contract.operations.values() if it.method == "get"
        }
        for here in self.table.values():
            if NAMED.sub("{}", here) not in answered:
                yield f"{here}: a place of what is below, and nothing can be read there"
