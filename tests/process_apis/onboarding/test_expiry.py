"""A review nobody ends, in a month that passes within seconds: the journal's clock leaps."""

import itertools
import json
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from contracts.models.process.onboarding.v1 import NewOnboarding
from process_apis.onboarding import view
from process_apis.onboarding.onboard_customer import onboard_customer
from process_apis.onboarding.screening import DAY, HOUR, PAUSES, REVIEW_PAUSES
from runtime.apis.binding import Surroundings
from runtime.calls.network import NetworkSender
from runtime.context import Context, Identity
from runtime.flows.opening import flows_in, open_engine
from runtime.flows.run import Run
from runtime.serving.platform import Platform
from runtime.settings import Settings, load
from sandbox.launch import launch
from tests.end_to_end.onboarding import watched

API = "process/onboarding/v1"
RUN = f"onb_{'7' * 20}"


def test_a_month_is_looked_through_often_at_first() -> None:
    assert (REVIEW_PAUSES[0], max(REVIEW_PAUSES), sum(REVIEW_PAUSES)) == (2, DAY / 4, 30 * DAY)
    assert (PAUSES[0], max(PAUSES), sum(PAUSES)) == (0.25, 60, 2 * HOUR)
    assert len(REVIEW_PAUSES) < 150
    assert len(PAUSES) < 150


async def test_what_nobody_decides_for_a_month_is_rejected_and_undone(tmp_path: Path) -> None:
    new = watched()
    with launch(tmp_path / "sandbox") as sandbox:
        async with httpx.AsyncClient() as http:
            control = {name: f"{url}/_sandbox" for name, url in sandbox.urls.items()}
            await http.post(f"{control['compliance']}/running-time", json={"seconds": 0})
            run = await expired(settings(tmp_path, sandbox.urls), NewOnboarding.model_validate(new))
            erp = (await http.get(f"{control['erp']}/state")).json()
            compliance = (await http.get(f"{control['compliance']}/state")).json()

    assert (run.status, view.status(run)) == ("failed", "rejected")
    assert run.problem is not None
    assert run.problem["type"] == "urn:strata:problem:review-expired"
    waits = [step for step in run.steps if step.kind == "wait"]
    assert len(waits) == len(REVIEW_PAUSES)
    assert new["email"] not in str(erp)
    assert len(compliance["checks"]) == 1  # the audit


async def expired(settings: Settings, new: NewOnboarding) -> Run:
    days = (datetime(2026, 1, 1, tzinfo=UTC) + n * timedelta(days=1) for n in itertools.count())
    async with aclosing(NetworkSender()) as network:
        names = ["erp", "crm", "compliance", "notifications"]
        apis = [API.removesuffix("/v1"), *(f"system/{name}" for name in names)]
        async with Platform(apis, settings, network) as platform:
            wiring = platform._wirings[API]
            around = Surroundings(
                settings, network, wiring, lambda: next(days), {}, {}, open_engine
            )
            async with flows_in("leaping", [onboard_customer])(around) as flows:
                caller = Identity("backoffice", frozenset({"onboarding:write"}), "backoffice")
                begun = Context(API, wiring, "r-1", "0" * 31 + "1", 0.0, identity=caller)
                await flows.start(onboard_customer, RUN, new, owner="backoffice", context=begun)
                run: Run = await flows.wait(RUN, timeout=90)
                return run


def settings(folder: Path, urls: dict[str, str]) -> Settings:
    backends: dict[str, dict[str, Any]] = {
        "erp": {"url": f"{urls['erp']}/soap"},
        "crm": {"url": urls["crm"]},
        "compliance": {"url": urls["compliance"]},
        "notifications": {"url": urls["smtp"]},
    }
    told = {
        f"STRATA__backends__{name}__{key}": json.dumps(value)
        for name, options in backends.items()
        for key, value in options.items()
    }
    return load(None, {**told, "STRATA__data_dir": str(folder / "state")})
