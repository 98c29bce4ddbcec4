"""What every generated model starts from."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """JSON names outside (camelCase), Python names inside; either is accepted in code."""

    model_config = ConfigDict(
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        frozen=True,
        hide_input_in_errors=True,  # an error is logged, and its input may be personal
    )
