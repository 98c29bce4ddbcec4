"""What has to be configured to reach the gateway."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr

from connectors.protocols.options import HttpOptions


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("not a time zone, such as Europe/Paris") from error
    return name


class Options(HttpOptions):
    """`url` is the whole address of the service."""

    merchant_id: str = Field(pattern="^[A-Z0-9]{1,15}$")
    user: str = Field(min_length=1)
    password: SecretStr = Field(min_length=1)
    zone: Annotated[str, AfterValidator(_zone)]
    """Where the gateway's clock hangs."""
