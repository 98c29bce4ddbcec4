"""system_apis/NAME/api.py: the operations of the contract bound to the port."""

from runtime.contracts.client_source import snake
from scaffold.system import Operation, System
from scaffold.writing.arguments import after_body, arguments, passed
from scaffold.writing.port import answer, class_name


def api(system: System) -> str:
    handlers = "\n\n".join(_handler(system, operation) for operation in system.operations)
    uses = f"from contracts.models.system.{system.name} import v1\n" if "v1." in handlers else ""
    literal = "Annotated, Literal" if "Literal[" in handlers else "Annotated"
    return f'''"""{system.description}"""

from typing import {literal}

from connectors import connected
from connectors.{system.name} import {class_name(system)}
{uses}from runtime.apis.binding import Api
from runtime.apis.signatures import Opened

api = Api("system/{system.name}/v1", opens=connected("{system.name}"))
Backend = Annotated[{class_name(system)}, Opened]


{handlers}'''


def _handler(system: System, operation: Operation) -> str:
    taken = {snake(p.member.name) for p in operation.parameters}
    resource = next(n for n in (system.name, "backend", "connector_") if n not in taken)
    given = ", ".join([*arguments(operation), f"{resource}: Backend"])
    handed = [snake(member.name) for member in operation.placed("path")]
    handed += ["body"] if operation.body else []
    handed += passed(operation, after_body(operation))
    call = f"await {resource}.{snake(operation.id)}({', '.join(handed)})"
    returned = f"return {call}" if operation.answer else call
    return f'''@api.operation("{operation.id}")
async def {snake(operation.id)}({given}) -> {answer(operation)}:
    {returned}
'''
