"""Order files for the warehouse: owed from the moment they are in our book, sent until they are there."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from connectors.inventory.nightly_file.holds import Hold
from connectors.inventory.nightly_file.layouts import ORDER
from connectors.protocols.files.backend import FileBackend
from connectors.protocols.files.layouts.rendering import Values, rendered
from connectors.protocols.files.ledger import Ledger

OWED = """
    select * from hold
    where (ordered_at is not null and not order_sent
        or cancelled_at is not null and not cancel_sent)
"""
SENT = {
    "A": "update hold set order_sent = 1 where id = ?",
    "X": "update hold set cancel_sent = 1 where id = ?",
}


class Orders:
    def __init__(self, files: FileBackend, ledger: Ledger, place: str, zone: ZoneInfo) -> None:
        self._files = files
        self._ledger = ledger
        self._place = place
        self._zone = zone
        self._sending = asyncio.Lock()

    async def send(self, reservation_id: str) -> None:
        """What is owed for one reservation; an order before what takes it back."""
        async with self._sending:
            for row in self._ledger.rows(f"{OWED} and id = ?", reservation_id):
                await self._send(Hold(*row))

    async def send_all(self) -> None:
        """What a crash or a bad day of the server left behind."""
        async with self._sending:
            for row in self._ledger.rows(OWED):
                await self._send(Hold(*row))

    async def _send(self, hold: Hold) -> None:
        if hold.ordered_at is not None and not hold.order_sent:
            await self._publish(hold, "A", hold.ordered_at)
        if hold.cancelled_at is not None and not hold.cancel_sent:
            await self._publish(hold, "X", hold.cancelled_at)

    async def _publish(self, hold: Hold, action: str, at: int) -> None:
        """The same bytes under the same name each time, so that a repetition is recognised."""
        moment = datetime.fromtimestamp(at, UTC).astimezone(self._zone).replace(tzinfo=None)
        header: Values = {"number": hold.number, "action": action, "made_at": moment}
        lines: list[tuple[str, Values]] = [
            ("line", {"sku": sku, "quantity": Decimal(pieces)})
            for sku, pieces in hold.articles().items()
        ]
        content = rendered(ORDER, lines, header=header)
        await self._files.publish(f"{self._place}/{action}{hold.number}.DAT", content)
        await self._ledger.write(lambda c: c.execute(SENT[action], (hold.id,)))
