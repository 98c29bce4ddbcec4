"""Models that are almost the contract's: each difference keeps an API from starting."""
# mypy: disable-error-code="empty-body"

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from contracts.models.canonical import OrderLine
from contracts.models.system.inventory.v1 import NewReservation, Reservation, Stock
from tests.runtime.inventory import refusal


class WithMore(Stock):
    shelf: str


class WithMorePerhaps(Stock):
    shelf: str | None = None


class WithLooserBound(Stock):
    available: Annotated[int, Field(ge=-1)]


class WithoutPattern(Stock):
    sku: str


class WithText(Stock):
    available: str  # type: ignore[assignment]


class PerhapsMissing(Stock):
    available: Annotated[int, Field(ge=0)] | None = None  # type: ignore[assignment]


class WithDefault(Stock):
    available: Annotated[int, Field(ge=0)] = 0


class UnderAnotherName(Stock):
    available: Annotated[int, Field(ge=0, alias="onHand")]


class Closed(Stock):
    model_config = ConfigDict(extra="forbid")


class WiderEnum(Reservation):
    status: Literal["held", "committed", "released", "expired", "lost"]  # type: ignore[assignment]


class NarrowerEnum(Reservation):
    status: Literal["held", "committed"]


class ExpiryRequired(Reservation):
    expires_at: Annotated[Any, Field(alias="expiresAt")]


class PlainTime(Reservation):
    expires_at: Annotated[str | None, Field(alias="expiresAt")] = None  # type: ignore[assignment]


class HalfLine(BaseModel):
    model_config = ConfigDict(extra="forbid")
    sku: Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]
    quantity: Annotated[float, Field(ge=1, le=999)]


class InHalves(Reservation):
    lines: list[HalfLine]  # type: ignore[assignment]


def answering(operation: str, model: type[BaseModel]) -> dict[str, Any]:
    async def get_stock(sku: str) -> Any: ...
    async def get_reservation(reservation_id: str) -> Any: ...

    handler = get_stock if operation == "getStock" else get_reservation
    handler.__annotations__["return"] = model
    return {operation: handler}


MODELS = {
    "a required member more": (WithMore, "response 200 /properties/shelf: contract None"),
    "an optional member more": (WithMorePerhaps, "response 200 /properties/shelf: contract None"),
    "a looser bound": (WithLooserBound, "/properties/available/minimum: contract 0, code -1"),
    "no pattern": (WithoutPattern, "/properties/sku/pattern: contract "),
    "a text for a number": (WithText, "/properties/available/type: contract 'integer', code "),
    "optional instead of required": (PerhapsMissing, "response 200 /required: "),
    "a default": (WithDefault, "/properties/available/default: contract None, code 0"),
    "another name": (UnderAnotherName, "response 200 /properties/onHand: contract None"),
    "closed": (Closed, "/additionalProperties: contract None, code False"),
    "a wider enum": (WiderEnum, "response 200 /properties/status/enum: "),
    "a narrower enum": (NarrowerEnum, "response 200 /properties/status/enum: "),
    "required instead of optional": (ExpiryRequired, "response 200 /required: "),
    "any text for a time": (PlainTime, "/properties/expiresAt/format: contract 'date-time'"),
    "a difference further in": (
        InHalves,
        "/properties/lines/items/properties/quantity/type: contract 'integer', code 'number'",
    ),
}


@pytest.mark.parametrize(("model", "says"), MODELS.values(), ids=MODELS.keys())
def test_a_handler_that_answers_with_another_model_does_not_start(
    model: type[BaseModel], says: str
) -> None:
    operation = "getStock" if issubclass(model, Stock) else "getReservation"

    found = refusal(answering(operation, model))

    assert any(fault.startswith(operation) and says in fault for fault in found)


class OpenReservation(NewReservation):
    model_config = ConfigDict(extra="ignore")


class LongerReservation(NewReservation):
    expires_in_seconds: Annotated[int, Field(alias="expiresInSeconds", ge=1, le=604800)] = 60


class LargerReservation(NewReservation):
    lines: Annotated[list[OrderLine], Field(max_length=201, min_length=1)]


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (OpenReservation, "/additionalProperties: contract False, code None"),
        (LongerReservation, "/properties/expiresInSeconds/default: contract 900, code 60"),
        (LargerReservation, "/properties/lines/maxItems: contract 200, code 201"),
    ],
)
def test_a_handler_that_accepts_another_body_does_not_start(
    model: type[BaseModel], says: str
) -> None:
    async def put_reservation(reservation_id: str, body: Any) -> Reservation: ...

    put_reservation.__annotations__["body"] = model

    assert refusal({"putReservation": put_reservation}) == [f"putReservation: request body {says}"]
