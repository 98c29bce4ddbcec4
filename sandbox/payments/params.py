"""Form parameters, nested and typed as Stripe reads them.

`metadata[reference]=o-1` is {"metadata": {"reference": "o-1"}}, `expand[]=x` is {"expand": ["x"]}.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from sandbox.messages import Json
from sandbox.payments.errors import bad_parameter

Reader = Callable[[str, Json], Any]  # (param, text) -> value

CURRENCIES = frozenset(["chf", "czk", "dkk", "eur", "gbp", "nok", "pln", "sek", "usd"])
LARGEST = 99_999_999  # minor units, Stripe's own limit
BAD_INTEGER = "parameter_invalid_integer"


def read_form(text: str) -> dict[str, Json]:
    form: dict[str, Json] = {}
    for key, value in parse_qsl(text, keep_blank_values=True):
        _put(form, key, value)
    return form


def _put(form: dict[str, Json], key: str, value: str) -> None:
    name, *inner = re.findall(r"[^\[\]]+|\[\]", key) or [key]
    match inner:
        case []:
            form[name] = value
        case ["[]"]:
            form[name] = [*_of_type(form.get(name), list), value]
        case [field, *_]:
            form[name] = {**_of_type(form.get(name), dict), field: value}


def _of_type(value: Json, kind: type) -> Any:
    return value if isinstance(value, kind) else kind()


def read_params(
    form: Mapping[str, Json] | None, readers: Mapping[str, Reader], required: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Typed values of the parameters given; `expand` is taken and ignored."""
    given = dict(form or {})
    given.pop("expand", None)
    for param in given.keys() - readers.keys():
        raise bad_parameter(f"Received unknown parameter: {param}", param, "parameter_unknown")
    for param in required:
        if param not in given:
            raise bad_parameter(f"Missing required param: {param}.", param, "parameter_missing")
    return {param: readers[param](param, value) for param, value in given.items()}


def text(param: str, value: Json) -> str:
    if not isinstance(value, str):
        raise bad_parameter(f"Invalid string: {param}", param)
    if not value:
        message = f"You passed an empty string for '{param}'."
        raise bad_parameter(message, param, "parameter_invalid_empty")
    return value


def integer(least: int, most: int, too_large: str = BAD_INTEGER) -> Reader:
    def read(param: str, value: Json) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise bad_parameter(f"Invalid integer: {value}", param, BAD_INTEGER)
        number = int(value)
        if number < least:
            message = f"This value must be greater than or equal to {least}."
            raise bad_parameter(message, param, BAD_INTEGER)
        if number > most:
            message = f"This value must be less than or equal to {most}."
            raise bad_parameter(message, param, too_large)
        return number

    return read


minor_units = integer(1, LARGEST, too_large="amount_too_large")
page_size = integer(1, 100)


def currency(param: str, value: Json) -> str:
    if not isinstance(value, str) or value.lower() not in CURRENCIES:
        known = ", ".join(sorted(CURRENCIES))
        message = f"Invalid currency: {value}. Stripe currently supports these currencies: {known}"
        raise bad_parameter(message, param)
    return value.lower()


def one_of(*words: str) -> Reader:
    def read(param: str, value: Json) -> str:
        if value not in words:
            raise bad_parameter(f"Invalid {param}: must be one of {', '.join(words)}", param)
        return str(value)

    return read


def boolean(param: str, value: Json) -> bool:
    return bool(one_of("true", "false")(param, value) == "true")


def string_map(param: str, value: Json) -> dict[str, str]:
    if not isinstance(value, dict):
        raise bad_parameter("Invalid object", param)
    return {name: str(inner) for name, inner in value.items()}


def anything(_param: str, value: Json) -> Json:
    return value
