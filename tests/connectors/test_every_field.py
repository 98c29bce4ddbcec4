"""Each field a vendor sends is mapped, or dropped on purpose: its module says which, in DROPPED.

Seen from outside: all replies of a scenario are recorded, then played back with one field altered at
a time. A field that makes no difference to anything in our words is read by nobody.
"""

import importlib
from collections import Counter
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from connectors.reach import Reach
from runtime.calls.http import Sender
from runtime.calls.network import NetworkSender
from runtime.problems import garbage
from tests.connectors.mapping.leaves import Words, altered, enumerations
from tests.connectors.mapping.scenarios import SCENARIOS, Did, told
from tests.connectors.mapping.transcripts import Exchange, Recording, Replay
from tests.connectors.vendors import RUNNING, VENDORS, Stand, capability_of, examples, speaks_http

REFUSED = garbage("", "").slug

ENOUGH = 100
"""Times that a field is altered: what makes no difference in so many places makes none."""


@pytest.mark.parametrize(
    "stand", [*(name for names in RUNNING.values() for name in names), *examples()], indirect=True
)
async def test_every_field_is_mapped_or_dropped_on_purpose(
    stand: Stand, network: NetworkSender
) -> None:
    module = importlib.import_module(stand.module)
    if not speaks_http(module):
        pytest.skip("it is not reached by a Sender: its own tests hold its mapping")
    name, recording = f"f{uuid4().hex[:15]}", Recording(network)
    options = module.Options.model_validate(stand.options)
    as_told = await outcomes(stand, options, recording, name)

    read, seen = set[str](), Counter[str]()
    for field, exchanges in variants(recording.exchanges, words_of(module)):
        seen[field] += 1
        if field not in read and seen[field] <= ENOUGH:
            now = await outcomes(stand, options, Replay(exchanges), name)
            if makes_a_difference(as_told, now, is_xml(exchanges)):
                read.add(field)

    assert seen, "a vendor that says nothing"
    dropped = {field for field in seen if on_purpose(module, field)}
    assert not (lost := sorted(seen.keys() - read - dropped)), f"neither mapped nor dropped: {lost}"
    assert not (kept := sorted(dropped & read)), f"said to be dropped, yet it matters: {kept}"


async def outcomes(stand: Stand, options: Any, sender: Sender, name: str) -> Did:
    """`options` are read once: checking a private key in them takes longer than all the rest."""
    connector = importlib.import_module(stand.module).Connector(options, Reach(sender))
    capability = capability_of(stand.module)
    with capture_logs():  # tens of thousands of lines would take most of the time
        if capability in examples():
            return [await told(call(connector)) for call in examples()[capability].CALLS.values()]
        return list(await SCENARIOS[capability](connector, name, stand.words))


def variants(exchanges: list[Exchange], words: Words) -> Iterator[tuple[str, list[Exchange]]]:
    for place, (request, reply) in enumerate(exchanges):
        for field, changed in altered(reply, words):
            changed_here = Exchange(request, changed)
            yield field, [*exchanges[:place], changed_here, *exchanges[place + 1 :]]


def on_purpose(module: ModuleType, field: str) -> bool:
    """Whether DROPPED has the field: `/path`, `end/of/it`, or a pattern of one."""
    whole = f"/{field}"
    names = [whole[place:] for place in range(len(whole)) if place == 0 or whole[place - 1] == "/"]
    return any(fnmatchcase(name, drop) for drop in dropped_by(module) for name in names)


def dropped_by(module: ModuleType) -> Mapping[str, str]:
    return getattr(module, "DROPPED", {})


def makes_a_difference(as_told: Did, now: Did, xml: bool) -> bool:
    """What a schema refuses is no sign that anybody reads it."""
    differing = [b for a, b in zip(as_told, now, strict=True) if a != b]
    if not xml:
        return bool(differing)
    first = differing[0] if differing else None
    return bool(differing) and not (isinstance(first, dict) and REFUSED in str(first.get("type")))


def is_xml(exchanges: list[Exchange]) -> bool:
    return any(exchange.reply.body.lstrip().startswith(b"<") for exchange in exchanges)


def words_of(module: ModuleType) -> Words:
    """What enumerations the vendor's WSDL has, if it has one."""
    wsdl: Path | None = getattr(module, "WSDL", None)
    return enumerations(wsdl.read_bytes()) if wsdl else lambda _word: []


def test_what_is_dropped_is_dropped_for_a_reason() -> None:
    for vendor in VENDORS:
        for field, why in dropped_by(importlib.import_module(vendor)).items():
            assert why.strip(), (vendor, field)
