"""On whose behalf a run acts, stored with it: the same trace and identity after a restart."""

from typing import TypedDict

from runtime.context import Context, Identity, Wiring


class Origin(TypedDict):
    """What of a Context outlives the call that started the run."""

    api: str
    request_id: str
    trace_id: str
    span_id: str
    subject: str
    client: str
    scopes: list[str]


def remembered(context: Context) -> Origin:
    who = context.identity
    return Origin(
        api=context.api,
        request_id=context.request_id,
        trace_id=context.trace_id,
        span_id=context.span_id,
        subject=who.subject,
        client=who.client,
        scopes=sorted(who.scopes),
    )


def restored(origin: Origin, wiring: Wiring) -> Context:
    """A Context whose deadline has passed: each step sets its own."""
    return Context(
        api=origin["api"],
        wiring=wiring,
        request_id=origin["request_id"],
        trace_id=origin["trace_id"],
        span_id=origin["span_id"],
        deadline=0.0,
        identity=Identity(origin["subject"], frozenset(origin["scopes"]), origin["client"]),
    )
