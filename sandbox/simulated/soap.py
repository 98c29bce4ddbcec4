"""A SOAP backend told by files: POST /soap, HTTP Basic `strata` / `sandbox`.

operations.yaml names for each operation the element or the action it is known by, and what it does with
documents: `keep` what is asked, `show` or `forget` what is kept under the same `by`. Whatever was never
kept is answered with the example in replies/.
"""

import sqlite3
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hmac import compare_digest
from pathlib import Path
from typing import Literal

import yaml
from lxml import etree

from sandbox.clock import Clock
from sandbox.messages import Json, Reply, Request, html_reply
from sandbox.simulated import documents
from sandbox.simulated.echo import fill, fill_each, text_of
from sandbox.store import transaction

BASIC = "Basic " + b64encode(b"strata:sandbox").decode()
ENVELOPES = {
    "1.1": ("http://schemas.xmlsoap.org/soap/envelope/", "text/xml"),
    "1.2": ("http://www.w3.org/2003/05/soap-envelope", "application/soap+xml"),
}
FAULTS = {
    "1.1": "<faultcode>soap:{code}</faultcode><faultstring>{text}</faultstring>",
    "1.2": "<soap:Code><soap:Value>soap:{code}</soap:Value></soap:Code><soap:Reason>"
    '<soap:Text xml:lang="en">{text}</soap:Text></soap:Reason>',
}
WHOSE = {"1.1": ("Client", "Server"), "1.2": ("Sender", "Receiver")}


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    request: str | None = None
    """The element in the Body, in Clark notation; None where it is empty."""
    action: str = ""
    does: Literal["keep", "show", "forget"] | None = None
    kind: str = ""
    by: Sequence[str] = ()
    """The local names of the elements that say which document is meant."""
    numbers: Sequence[str] = ()
    """Elements of the answer that the backend makes up, new each time."""
    same: Mapping[str, str] = field(default_factory=dict)
    each: str | None = None
    """The element of the answer that there is one of for each document."""


class RefusedError(Exception):
    """The message itself is at fault."""


class Soap:
    def __init__(self, db: sqlite3.Connection, clock: Clock, folder: Path) -> None:
        told = yaml.safe_load((folder / "operations.yaml").read_text())
        self.db, self.clock = db, clock
        self._version: str = str(told["soap"])
        self._namespace, self._media = ENVELOPES[self._version]
        self._known = {name: Operation(name, **said) for name, said in told["operations"].items()}
        self._replies = {
            name: (folder / "replies" / f"{name}.xml").read_bytes() for name in self._known
        }
        self.operations: Sequence[str] = list(self._known)
        self.own_controls: Mapping[tuple[str, str], Callable[[Json], Json]] = {}
        server = WHOSE[self._version][1]
        self.own_faults: Mapping[str, Callable[[], Reply]] = {
            "soap_fault": lambda: self._fault(server, "The service gave up")
        }

    def operation_of(self, request: Request) -> str:
        try:
            return self._operation(request, self._payload(request)).name
        except RefusedError:
            return "unknown"

    def answer(self, request: Request) -> Reply:
        if request.path != "/soap":
            return self.refuse(404, f"Nothing is at {request.path}")
        if not compare_digest(request.headers.get("authorization", "").encode(), BASIC.encode()):
            return self.refuse(401, "User or password is wrong")
        if request.method != "POST":
            return self.refuse(405, "POST a SOAP message")
        try:
            payload = self._payload(request)
            with transaction(self.db):
                return self._perform(self._operation(request, payload), payload)
        except RefusedError as refused:
            return self._fault(WHOSE[self._version][0], str(refused))

    def _perform(self, operation: Operation, asked: etree._Element) -> Reply:
        envelope = etree.fromstring(self._replies[operation.name])
        body = envelope.find(f"{{{self._namespace}}}Body")
        answer = body[0] if body is not None and len(body) else etree.Element("nothing")
        if operation.does == "keep":
            self._keep(operation, asked, answer)
        elif operation.does is not None:
            found = documents.find(self.db, operation.kind, _keys(operation, asked))
            if operation.does == "forget":
                documents.forget(self.db, operation.kind, _keys(operation, asked))
            _show(operation, answer, [etree.fromstring(content) for content in found])
        text = etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
        return Reply(200, text, {"content-type": f"{self._media}; charset=utf-8"})

    def _keep(self, operation: Operation, asked: etree._Element, answer: etree._Element) -> None:
        document = etree.Element("document")
        for name in operation.numbers:
            number = etree.SubElement(document, name)
            number.text = str(documents.next_number(self.db))
        document.append(asked)
        fill(answer, document, {**operation.same, **{name: name for name in operation.numbers}})
        identity = _keys(operation, document)
        if identity and set(identity) == set(operation.by):
            documents.forget(self.db, operation.kind, identity)
        leaves = {
            etree.QName(e).localname: (e.text or "").strip() for e in document.iter() if not len(e)
        }
        content = etree.tostring(document, encoding="unicode")
        documents.keep(self.db, operation.kind, leaves, content)

    def _operation(self, request: Request, payload: etree._Element) -> Operation:
        """By the element, or by the action where several share it or the Body is empty."""
        tag = payload.tag if payload.tag != "nothing" else None
        meant = [o for o in self._known.values() if o.request == tag]
        action = _action(request)
        found = [o for o in meant if o.action == action] if len(meant) != 1 else meant
        if not found:
            raise RefusedError(f"There is no operation {tag}")
        return found[0]

    def _payload(self, request: Request) -> etree._Element:
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        try:
            envelope = etree.fromstring(request.body, parser)
        except etree.XMLSyntaxError as error:
            raise RefusedError("The message is not XML") from error
        if envelope.getroottree().docinfo.internalDTD is not None:
            raise RefusedError("A DTD is not allowed in a SOAP message")
        body = envelope.find(f"{{{self._namespace}}}Body")
        if body is None:
            raise RefusedError(f"This service speaks SOAP {self._version}")
        return body[0] if len(body) else etree.Element("nothing")

    def _fault(self, code: str, text: str) -> Reply:
        inner = FAULTS[self._version].format(code=code, text=text.replace("<", "&lt;"))
        content = (
            f'<soap:Envelope xmlns:soap="{self._namespace}"><soap:Body><soap:Fault>{inner}'
            "</soap:Fault></soap:Body></soap:Envelope>"
        )
        return Reply(500, content.encode(), {"content-type": f"{self._media}; charset=utf-8"})

    def refuse(self, status: int, message: str) -> Reply:
        return html_reply(status, f"{status} Error", message)

    def state(self) -> Json:
        return documents.state(self.db)


def _keys(operation: Operation, asked: etree._Element) -> dict[str, str]:
    told = {name: text_of(asked, name) for name in operation.by}
    return {name: text for name, text in told.items() if text is not None}


def _show(operation: Operation, answer: etree._Element, found: Sequence[etree._Element]) -> None:
    if found and operation.each is not None:
        fill_each(answer, operation.each, found, operation.same)
    elif found:
        fill(answer, found[0], operation.same)


def _action(request: Request) -> str:
    """SOAPAction, or the parameter that SOAP 1.2 has instead."""
    media = request.headers.get("content-type", "")
    said = request.headers.get("soapaction", media.partition("action=")[2].partition(";")[0])
    return said.strip().strip('"')
