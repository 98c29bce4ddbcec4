"""Whether we may do business with somebody, whichever provider screens them."""

from typing import Annotated

from connectors import connected
from connectors.compliance import Compliance
from contracts.models.system.compliance.v1 import Decision, Screening, Subject
from runtime.apis.binding import Api
from runtime.apis.signatures import Opened

api = Api("system/compliance/v1", opens=connected("compliance"))
Backend = Annotated[Compliance, Opened]


@api.operation("getScreening")
async def get_screening(screening_id: str, compliance: Backend) -> Screening:
    return await compliance.get_screening(screening_id)


@api.operation("putScreening")
async def put_screening(screening_id: str, body: Subject, compliance: Backend) -> Screening:
    return await compliance.put_screening(screening_id, body)


@api.operation("putDecision")
async def put_decision(screening_id: str, body: Decision, compliance: Backend) -> Screening:
    return await compliance.decide(screening_id, body)
