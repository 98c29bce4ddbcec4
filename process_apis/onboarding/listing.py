"""Onboardings by their status, out of a journal that knows only the engine's."""

from contracts.models.process.onboarding.v1 import Onboardings, OnboardingStatus
from process_apis.onboarding import view
from process_apis.onboarding.onboard_customer import onboard_customer
from runtime.flows.engine import Engine
from runtime.flows.run import Run
from runtime.problems import Rejected

AT_ONCE = 100
MOST = 1000
"""Runs that are looked at for one page: then it ends early, with a cursor."""


async def page(
    flows: Engine, status: OnboardingStatus, limit: int, cursor: str | None
) -> Onboardings:
    """The cursor is the last run that was looked at."""
    if cursor is not None and await flows.get(cursor) is None:
        error = {"detail": "not a cursor of this list", "parameter": "cursor", "in": "query"}
        title = "A parameter is not valid"
        raise Rejected(kind="invalid-parameter", title=title, status=400, errors=[error])
    found: list[Run] = []
    for _ in range(MOST // AT_ONCE):
        runs = await flows.list(
            flow=onboard_customer.name, status=view.ENGINES[status], limit=AT_ONCE, after=cursor
        )
        for run in runs:
            cursor = run.id
            found += [run] if view.status(run) == status else []
            if len(found) == limit:
                return _page(found, cursor)
        if len(runs) < AT_ONCE:
            return _page(found, None)
    return _page(found, cursor)


def _page(found: list[Run], cursor: str | None) -> Onboardings:
    items = [view.onboarding(run, to_reviewer=True) for run in found]
    return Onboardings(items=items, next_cursor=cursor)
