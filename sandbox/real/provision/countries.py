"""The countries of the world, which Tryton does not know until it is told.

Its own importer downloads; the list here is the one in tzdata, which is already a pinned
part of the environment. The integration user may not add countries, so all of them now.
"""

from pathlib import Path

from sandbox.real.rpc import Tryton

LIST = "lib/python*/site-packages/tzdata/zoneinfo/iso3166.tab"


def create_countries(tryton: Tryton, environment: Path) -> dict[str, int]:
    """{"SE": id, …}. The file has a line `SE<tab>Sweden` per country and comments with #."""
    text = next(environment.glob(LIST)).read_text(encoding="utf-8")
    names = dict(line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    records = ({"code": code, "name": name} for code, name in names.items())
    ids = tryton.create("country.country", *records)
    return dict(zip(names, ids, strict=True))
