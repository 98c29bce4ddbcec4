"""The seed document, typed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

SEED_FILE = Path(__file__).with_name("seed.yaml")


@dataclass(frozen=True, slots=True)
class Seed:
    currency: str
    tax_rate: str
    """Percent; the prices include it."""
    customers: list[dict[str, Any]]
    products: list[dict[str, Any]]
    activities: list[dict[str, Any]]


def read_seed(path: Path = SEED_FILE) -> Seed:
    # The C loader, because a pure-Python one is most of the start-up time.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return Seed(**yaml.load(path.read_text(encoding="utf-8"), loader))  # noqa: S506 - both are safe loaders
