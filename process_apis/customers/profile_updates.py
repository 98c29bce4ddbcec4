"""Updates of profiles: a customer's are numbered, and a number is taken once.

The id of a run is made of the customer and of the number after that of the last update, which must
have ended. So of two at once one finds its number taken, whatever process it is in, and no two ever
interleave: there is no lock that a crash could leave behind, and none to wait for.
"""

import hashlib
from typing import Literal

from contracts.models.canonical import CustomerProfile, Problem
from contracts.models.process.customers.v1 import ProfileChange, ProfileUpdate
from process_apis.customers.profile import profile_of
from process_apis.customers.update_profile import ProfileToUpdate, update_profile
from runtime.context import Identity, current
from runtime.flows.engine import Engine, KeyReused
from runtime.flows.run import Run, Status
from runtime.problems import Rejected

REMEMBERED = 20
"""How many updates of a customer an Idempotency-Key is looked for in. A repeat that comes later still
is refused for its version."""

STATUSES: dict[Status, Literal["updating", "updated", "failed", "attention"]] = {
    "running": "updating",
    "completed": "updated",
    "failed": "failed",
    "stuck": "attention",
}


async def begin(flows: Engine, customer_id: str, change: ProfileChange, key: str) -> str:
    """Start an update, durably, or find the one of this key; its id.

    Raises Rejected: `update-in-progress`, or `idempotency-key-reused`.
    """
    key = _own(current().identity, key)
    runs = await flows.list(flow=update_profile.name, owner=customer_id, limit=REMEMBERED)
    earlier = [update_profile.payload_of(run) for run in runs]
    repeated = next((it.number for it in earlier if it.key == key), None)
    if repeated is None and runs and runs[0].status in {"running", "stuck"}:
        raise _in_progress(runs[0].status)
    number = repeated or (earlier[0].number + 1 if earlier else 1)
    update = ProfileToUpdate(
        customer_id=customer_id,
        number=number,
        key=key,
        version=change.version,
        wanted=CustomerProfile(name=change.name, email=change.email, phone=change.phone),
    )
    run_id = _update_id(customer_id, number)
    try:
        await flows.start(update_profile, run_id, update, owner=customer_id, context=current())
    except KeyReused as taken:
        if repeated:
            raise
        raise _in_progress("running") from taken
    return run_id


def update_view(run: Run) -> ProfileUpdate:
    """The update as its callers see it, out of the journal of its flow."""
    done = run.status == "completed"
    return ProfileUpdate(
        id=run.id,
        customer_id=run.owner,
        status=STATUSES[run.status],
        created_at=run.created_at,
        profile=profile_of(update_profile.result_of(run)) if done else None,
        failure=Problem.model_validate(run.problem) if run.problem else None,
    )


def _update_id(customer_id: str, number: int) -> str:
    """80 bits of SHA-256: nobody hits upon another customer's."""
    return "prf_" + hashlib.sha256(f"{customer_id}\0{number}".encode()).hexdigest()[:20]


def _own(caller: Identity, key: str) -> str:
    """Keys of one caller say nothing of another's."""
    return hashlib.sha256(f"{caller.subject}\0{caller.client}\0{key}".encode()).hexdigest()


def _in_progress(status: Status) -> Rejected:
    if status == "stuck":
        says = "an update of this profile waits for an operator"
        return Rejected(says, kind="update-in-progress", status=409)
    says = "this profile is being updated"
    return Rejected(says, kind="update-in-progress", status=409, retry_after=1)
