"""What retention asks of the tables, and has DBOS forget as well."""

from datetime import datetime

from runtime.flows.replicated import workflow
from runtime.flows.replicated.rows import workflow_id
from runtime.flows.replicated.tables import Tables


class Forgetting:
    """A Forgettable."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def now(self) -> datetime:
        return self._tables.clock()

    async def forget(self, before: datetime, most: int) -> int:
        old = await self._tables.kept_no_longer(before, most)
        workflows = [
            workflow_id(self._tables.engine, run_id, number)
            for _, run_id, last in old
            for number in range(last + 1)
        ]
        if old:  # DBOS first: a run that is still there is forgotten the next time
            await workflow.delete(workflows)
            await self._tables.delete(n for n, _, _ in old)
        return len(old)
