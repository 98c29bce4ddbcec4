"""All rows of an answer, and no more than may be: what does not fit is refused, never cut."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors.protocols.sql.errors import Fault
from connectors.protocols.sql.meanings import Meaning
from connectors.protocols.sql.statements import Row

if TYPE_CHECKING:
    from sqlalchemy import TextClause
    from sqlalchemy.ext.asyncio import AsyncConnection

CHUNK = 500
NUMBER_BYTES = 16
ANSWER_BYTES = 8 << 20
"""What a driver may be sent for one answer."""


@dataclass(frozen=True, slots=True)
class Caps:
    """A driver has read a chunk before its rows can be counted, which ANSWER_BYTES keeps small."""

    rows: int
    cell: int = 1_000_000
    """Characters or bytes."""
    answer: int = ANSWER_BYTES


async def rows_of(
    connection: "AsyncConnection", clause: "TextClause", values: dict[str, Any], caps: Caps
) -> list[Row]:
    """Read as it comes, so that what is over a cap is not read to its end. Raises Fault."""
    result = await connection.stream(clause, values)
    names = [name.lower() for name in result.keys()]  # noqa: SIM118 - not a mapping
    rows: list[Row] = []
    size = 0
    while chunk := await result.fetchmany(CHUNK):
        rows += [dict(zip(names, row, strict=True)) for row in chunk]
        sizes = [_size(cell) for row in chunk for cell in row]
        size += sum(sizes)
        if len(rows) > caps.rows or size > caps.answer or max(sizes, default=0) > caps.cell:
            # Hung up on: to close it in order would be to read the rest.
            await connection.invalidate()
            raise Fault(Meaning.TOO_LARGE)
        if len(chunk) < CHUNK:
            break
    return rows


def _size(cell: Any) -> int:
    return len(cell) if isinstance(cell, str | bytes) else NUMBER_BYTES
