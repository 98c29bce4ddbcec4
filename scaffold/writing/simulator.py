"""sandbox/NAME/: the files a simulated backend is told by (sandbox/simulated/)."""

from typing import Any

from lxml import etree

from connectors.protocols.soap.codec.messages import is_wrapper, namespaces
from connectors.protocols.soap.codec.shapes import Complex, Element
from connectors.protocols.soap.compiled import BARE
from connectors.protocols.soap.envelope import ENVELOPES
from connectors.protocols.soap.operation import Operation as Spoken
from connectors.protocols.soap.wsdl import Port
from scaffold import examples
from scaffold.keeping import keeping
from scaffold.resources import kept_by_path
from scaffold.system import Operation, Refused, System
from scaffold.writing.templates import filled
from scaffold.writing.yaml_text import Flow, dump

XSI = "http://www.w3.org/2001/XMLSchema-instance"


def soap_simulator(system: System, port: Port) -> dict[str, str]:
    """By the name of the file. Raises Refused where no valid answer can be made."""
    keeps, reasons = keeping(system.operations), []
    files, told = {}, {}
    for operation in system.operations:
        spoken = port.operation(operation.name)
        try:
            files[f"replies/{operation.name}.xml"] = _reply(port, spoken, operation)
        except Refused as refused:
            reasons += [f"{operation.name}: {reason}" for reason in refused.reasons]
        does = keeps.get(operation.name)
        known = {
            "request": spoken.request.name if spoken.request else None,
            "action": spoken.action,
        }
        told[operation.name] = Flow({k: v for k, v in known.items() if v}) | _told(does)
    if reasons:
        raise Refused(reasons)
    head = filled("soap_operations", title=system.title)
    files["operations.yaml"] = dump(
        {"soap": "1.2" if port.soap12 else "1.1", "operations": told}, head
    )
    files["__init__.py"] = filled("soap_simulator", title=system.title)
    return files


def _told(does: Any) -> dict[str, Any]:
    if does is None:
        return {}
    told = does.told()
    return {name: Flow(value) if isinstance(value, dict) else value for name, value in told.items()}


def _reply(port: Port, spoken: Spoken, operation: Operation) -> str:
    """A whole envelope with an example answer, which the codec takes for a valid one."""
    assert spoken.reply is not None  # noqa: S101 - others are refused
    content: Any = examples.theirs(operation.answer) if operation.answer else {}
    pieces: list[str] = []
    prefixes = port.codecs.prefixes.declared(namespaces([spoken.reply]))
    soap = ENVELOPES[port.soap12]
    pieces.append(f'<soap:Envelope xmlns:soap="{soap}" xmlns:xsi="{XSI}"{prefixes}><soap:Body>')
    encoder = port.codecs.encoder(encoded=spoken.encoded)
    try:
        if is_wrapper(spoken.reply):
            _wrapped(spoken.reply, encoder, content, pieces)
        else:
            encoder.element(spoken.reply)(content.get(BARE, content), pieces.append)
    except Exception as error:
        raise Refused([f"no example of its answer could be made: {error}"]) from error
    pieces.append("</soap:Body></soap:Envelope>")
    return _judged(spoken, "".join(pieces), soap)


def _wrapped(reply: Element, encoder: Any, content: Any, pieces: list[str]) -> None:
    """rpc: the parts in an element that no schema declares."""
    name = etree.QName(reply.name)
    space = f' xmlns:rpc="{name.namespace}"' if name.namespace else ""
    tag = f"rpc:{name.localname}" if name.namespace else name.localname
    assert isinstance(reply.type, Complex)  # noqa: S101 - made so, for the parts
    pieces.append(f"<{tag}{space}")
    encoder.content(reply.type)(content, pieces.append)
    pieces.append(f"</{tag}>")


def _judged(spoken: Spoken, text: str, soap: str) -> str:
    envelope = etree.fromstring(text.encode())
    body = envelope.find(f"{{{soap}}}Body")
    try:
        spoken.decode(body[0] if body is not None and len(body) else None)
    except Exception as error:
        raise Refused([f"no example of its answer could be made: {error}"]) from error
    return etree.tostring(envelope, pretty_print=True, encoding="unicode")


def rest_simulator(system: System) -> dict[str, str]:
    """By the name of the file."""
    told = {operation.name: _route(operation, system) for operation in system.operations}
    head = filled("rest_operations", title=system.title)
    return {
        "operations.yaml": dump({"operations": told}, head),
        "__init__.py": filled("rest_simulator", title=system.title),
    }


def _route(operation: Operation, system: System) -> dict[str, Any]:
    answer = examples.theirs(operation.answer) if operation.answer else None
    if answer is not None and operation.bare_answer:
        [answer] = answer.values()
    told = {
        "method": operation.method.upper(),
        "path": operation.their_path,
        **({"status": operation.status} if operation.status != 200 else {}),
        **kept_by_path(operation, system),
    }
    return told if answer is None else {**told, "answer": answer}
