"""Somebody new: taken on, looked at by a person and taken on or not, refused by the CRM at last."""

from collections.abc import Mapping
from typing import Any

from tests.crash_matrix.flows.asking import (
    Ask,
    Asked,
    Control,
    Fault,
    Known,
    Limit,
    Scenario,
    entry,
)
from tests.crash_matrix.judge import onboarded

API = "/process/onboarding/v1/onboardings"

SOMEBODY: Mapping[str, Any] = {
    "kind": "person",
    "name": "Ingeborg Tallquist",
    "email": "ingeborg.tallquist@example.com",
    "phone": "+49 30 5550 142",
    "birthDate": "1990-05-17",
    "address": {
        "street": "Lindenallee 5",
        "city": "Berlin",
        "postalCode": "10435",
        "country": "DE",
    },
}
WATCHED = {**SOMEBODY, "name": "Marguerite Quell"}
"""Like somebody on a list."""


def onboard(new: Mapping[str, Any]) -> Ask:
    return lambda _known: Asked(
        "POST", API, dict(new), "backoffice", "crash-matrix-3", under_way=_is_checked
    )


def decide(outcome: str) -> Ask:
    def ask(known: Known) -> Asked:
        begun = known.answers[0]
        id = begun.get("id") or begun["instance"].rsplit("/", 1)[1]
        body = {"outcome": outcome, "reason": "looked at the passport"}
        path = f"{API}/{id}/decision"
        return Asked("POST", path, body, "reviewer", under_way=_is_not_heard)

    return ask


def _is_checked(status: int, body: Any) -> bool:
    """A review is an answer: it waits for somebody else."""
    return status == 202 and body["status"] == "checking"


def _is_not_heard(status: int, body: Any) -> bool:
    """After a crash it may have to be checked again before there is anything to decide."""
    return status == 202 or (status == 409 and body.get("detail", "").endswith(" checking"))


AT_ONCE = Control("compliance", "running-time", {"seconds": 0})
"""How long a screening takes."""
A_WHILE = Control("compliance", "running-time", {"seconds": 0.2})

TESTED = entry(
    "onboard-customer",
    onboarded,
    Scenario("taken on", [onboard(SOMEBODY)], controls=[AT_ONCE]),
    Scenario("taken on later", [onboard(SOMEBODY)], controls=[A_WHILE]),
    Scenario("approved", [onboard(WATCHED), decide("approve")], controls=[AT_ONCE]),
    Scenario("rejected", [onboard(WATCHED), decide("reject")], controls=[AT_ONCE]),
    Scenario(
        "refused at last",
        [onboard(SOMEBODY)],
        faults=[Fault("crm.upsertAccount", "unauthorized", times=50)],
        controls=[AT_ONCE],
    ),
    limits=[
        Limit(
            "late",
            "compliance.createCheck",
            "2 screenings",
            "the screening provider has no keys, and a look-up does not see what is still on its way: a late"
            " check is a second one, kept as an audit record; the oldest counts, so nothing else changes",
        ),
    ],
)
