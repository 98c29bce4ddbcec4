"""What a SOAP fault means: a vendor's table of rules, the first that fits decides.

A fault is the vendor's word for an error and arrives with HTTP 500, 400 or even 200. A rule turns
it into one of the four kinds of problem, in our words: the vendor's text may quote personal data.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from connectors.protocols.soap.envelope import ENVELOPES
from runtime.problems import Misconfigured, Problem, Unavailable, at


@dataclass(frozen=True, slots=True)
class Fault:
    code: str = ""
    """No prefix: `Server`, `Client.Authentication`; SOAP 1.2 subcodes are dotted likewise."""
    detail: str = ""
    """The name of the first element in the detail, which is the declared fault."""
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The texts in the detail by element name, and its attributes as `@name`; of several of a name
    the first. Out of the repr because they may be personal."""
    reason: str = field(default="", repr=False)
    """The text for people (faultstring, Reason). Some backends say nowhere else what it is."""


@dataclass(frozen=True, slots=True)
class FaultRule:
    """When a fault matches, and the problem it is.

    It matches by `code`, `detail`, `fields` and `reason`, when it is met `during` certain
    operations; the problem is of the family `raises`, of the type `kind`, with a `status`.
    `code`, `reason` and the values of `fields` are regular expressions for the whole text.
    """

    raises: type[Problem]
    says: str
    code: str = ".*"
    detail: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    reason: str = ".*"
    during: Collection[str] = ()
    """The operations it holds for; all when empty."""
    status: int | None = None
    kind: str | None = None
    points_at: Callable[[Fault], str] | None = None
    """A JSON pointer to the part of our request that is meant."""

    def fits(self, fault: Fault, operation: str) -> bool:
        return (
            (not self.during or operation in self.during)
            and self.detail in (None, fault.detail)
            and _matches(self.code, fault.code)
            and _matches(self.reason, fault.reason)
            and all(_matches(p, fault.fields.get(name, "")) for name, p in self.fields.items())
        )

    def problem(self, who: str, fault: Fault) -> Problem:
        errors = [at(self.points_at(fault), self.says)] if self.points_at else []
        detail = f"{who}: {self.says}"
        return self.raises(detail, kind=self.kind, status=self.status, errors=errors)


def _matches(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text, re.DOTALL) is not None


FAULTS = frozenset(f"{{{space}}}Fault" for space in ENVELOPES)

COMMON_RULES = (
    FaultRule(
        Misconfigured,
        "the backend refuses our credentials",
        code=r".*(Authentication|FailedCheck|InvalidSecurity|SecurityToken).*",
    ),
    FaultRule(
        Misconfigured,
        "the backend does not take how our messages are protected, or the clocks differ",
        code=r".*(UnsupportedAlgorithm|MessageExpired|InvalidAddressingHeader|"
        r"MessageAddressingHeaderRequired|DestinationUnreachable|ActionNotSupported)\b.*",
    ),
    FaultRule(Unavailable, "the backend is not there now", code=r".*\bEndpointUnavailable\b.*"),
    FaultRule(
        Misconfigured,
        "the backend does not take our messages",
        code=r"(Client|Sender|VersionMismatch|MustUnderstand|DataEncodingUnknown)\b.*",
    ),
    FaultRule(Unavailable, "the backend failed"),
)
"""What SOAP, WS-Security and WS-Addressing say, for faults that no rule of the vendor names. A fault
that nobody named is no `Rejected`: whether the caller could do better, only the vendor's file can
know."""


def problem_of(who: str, operation: str, fault: Fault, rules: Iterable[FaultRule]) -> Problem:
    rule = next(rule for rule in (*rules, *COMMON_RULES) if rule.fits(fault, operation))
    return rule.problem(who, fault)


def fault_in(payload: etree._Element) -> Fault | None:
    """The fault a Body holds, of either SOAP version."""
    if payload.tag not in FAULTS:
        return None
    inner = {_local(child): child for child in payload}
    code, reason = _code(inner), _reason(inner)
    detail = inner.get("detail", inner.get("Detail"))
    if detail is None or not len(detail):
        return Fault(code, reason=reason)
    return Fault(code, _local(detail[0]), _fields(detail), reason)


def _fields(detail: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in detail.iter("*"):
        for name, value in element.attrib.items():
            found.setdefault(f"@{etree.QName(name).localname}", str(value).strip())
        if not len(element):
            found.setdefault(_local(element), (element.text or "").strip())
    return found


def _reason(inner: Mapping[str, etree._Element]) -> str:
    """1.1 has faultstring; 1.2 has a Text in every language it knows, the first of which counts."""
    reason = inner.get("faultstring", inner.get("Reason"))
    if reason is None:
        return ""
    text = reason.find("{*}Text")
    return ((reason if text is None else text).text or "").strip()


def _code(inner: Mapping[str, etree._Element]) -> str:
    """1.1 has faultcode; 1.2 has Code/Value and inside it ever finer Subcode/Value."""
    code = inner.get("faultcode", inner.get("Code"))
    if code is None:
        return ""
    values = list(code.iter("{*}Value")) or [code]
    return ".".join((value.text or "").strip().rpartition(":")[2] for value in values)


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname
