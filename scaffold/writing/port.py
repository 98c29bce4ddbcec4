"""connectors/NAME/__init__.py: the port, a method for each operation."""

from runtime.contracts.client_source import snake
from scaffold import names
from scaffold.system import Operation, System
from scaffold.writing.arguments import arguments


def port(system: System) -> str:
    methods = "\n".join(_method(operation) for operation in system.operations)
    uses = f"from contracts.models.system.{system.name} import v1\n" if "v1." in methods else ""
    literal = "from typing import Literal\n" if "Literal[" in methods else ""
    return f'''"""What any backend of {system.title} must be able to do for us."""

from abc import abstractmethod
{literal}
from connectors.port import Port
{uses}

class {class_name(system)}(Port):
{methods}'''


def class_name(system: System) -> str:
    return names.pascal(system.name)


def signature(operation: Operation) -> str:
    """`get_customer(self, customer_id: str) -> v1.Customer`"""
    given = "".join(f", {argument}" for argument in arguments(operation))
    return f"{snake(operation.id)}(self{given}) -> {answer(operation)}"


def answer(operation: Operation) -> str:
    return f"v1.{operation.answer.name}" if operation.answer else "None"


def _method(operation: Operation) -> str:
    return f'''    @abstractmethod
    async def {signature(operation)}:
        """{operation.summary}."""
'''
