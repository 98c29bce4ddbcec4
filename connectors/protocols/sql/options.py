"""Settings of every vendor reached through a database, checked at start."""

from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FilePath,
    SecretStr,
    ValidationInfo,
    field_validator,
)

PREFIX = r"^([A-Za-z_][A-Za-z0-9_]{0,62}\.)?([A-Za-z_][A-Za-z0-9_]{0,62})?$"


def _granted(writable: bool) -> bool:
    if not writable:
        raise ValueError("this vendor writes: grant it with true, and a user who may")
    return writable


Writing = Annotated[bool, AfterValidator(_granted), Field(default=False, validate_default=True)]
"""`writable: Writing` in the options of a vendor that cannot do without."""


class SqlOptions(BaseModel):
    """A server has host, user and password (which may be empty); a SQLite file has none of them."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    driver: Literal["postgresql", "mysql", "sqlite"]
    """`mysql` is MariaDB as well."""
    database: str = Field(min_length=1)
    """Its name, or the path of the file, which has to exist."""
    host: str | None = Field(default=None, min_length=1, validate_default=True)
    port: int | None = Field(default=None, ge=1, le=65535)
    user: str | None = Field(default=None, min_length=1, validate_default=True)
    password: SecretStr | None = Field(default=None, validate_default=True)
    tls: bool = True
    """Encrypted, and to a host whose certificate is good. Without, only on a network of your own."""
    tls_ca: FilePath | None = None
    """The authority that signed the server's certificate, where the system does not know it."""
    prefix: str = Field(default="", pattern=PREFIX)
    """Before every table's name: a schema (`WMS.`), a common beginning (`P1_`), or both."""
    writable: bool = False
    """Without, the database itself is told to let nothing be changed."""
    time_zone: ZoneInfo = ZoneInfo("UTC")
    """What a time that names no zone is told in."""
    timeout_seconds: float = Field(default=5, gt=0, le=600)
    """For one operation with all its retries; a caller's shorter deadline wins."""
    max_connections: int = Field(default=10, ge=1, le=200)
    max_rows: int = Field(default=5000, ge=1)
    """Of one answer: with more it is refused, never cut."""

    @field_validator("host", "user", "password")
    @classmethod
    def _fits_the_driver(cls, value: Any, info: ValidationInfo) -> Any:
        driver = info.data.get("driver")
        if driver == "sqlite" and value is not None:
            raise ValueError("a SQLite file has none")
        if driver in {"postgresql", "mysql"} and value is None:
            raise ValueError(f"{driver} needs one")
        return value
