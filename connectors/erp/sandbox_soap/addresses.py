"""Addresses, in the ERP's words and in ours: it has any number of a type, we have one of a kind."""

from collections.abc import Mapping
from typing import Any

from connectors.erp import AddressKind
from contracts.models.canonical import Address
from contracts.models.system.erp import v1

Tree = Mapping[str, Any]

ADDRESS_TYPE: Mapping[AddressKind, str] = {"billing": "B", "delivery": "D"}
USUAL_CODE: Mapping[AddressKind, str] = {"billing": "BILL", "delivery": "SHIP"}
ADDRESS = {"street": "Street", "postal_code": "Zip", "city": "City", "country": "Country"}


def listed(answer: Tree) -> list[Tree]:
    return list(answer["Addresses"]["Address"])


def one_of_each(answer: Tree) -> list[v1.CustomerAddress]:
    shown = {kind: _shown(listed(answer), kind) for kind in ADDRESS_TYPE}
    return [said(kind, record) for kind, record in shown.items() if record]


def _shown(held: list[Tree], kind: AddressKind) -> Tree | None:
    """The one of several (quirk 7)."""
    of_kind = [record for record in held if record["AddrType"] == ADDRESS_TYPE[kind]]
    usual = [record for record in of_kind if record["AddrCode"] == USUAL_CODE[kind]]
    return next(iter(usual or of_kind), None)


def code_of(held: list[Tree], kind: AddressKind) -> str:
    if (shown := _shown(held, kind)) is not None:
        return str(shown["AddrCode"])
    taken = {record["AddrCode"] for record in held}  # by the other type: saving would replace it
    codes = (USUAL_CODE[kind], *(f"{USUAL_CODE[kind]}{number}" for number in range(2, 100)))
    return next(code for code in codes if code not in taken)


def said(kind: AddressKind, record: Tree) -> v1.CustomerAddress:
    address = Address(**{ours: record[theirs] for ours, theirs in ADDRESS.items()})
    return v1.CustomerAddress(kind=kind, address=address)


def record_of(code: str, kind: AddressKind, address: Address) -> Tree:
    fields = {theirs: getattr(address, ours) for ours, theirs in ADDRESS.items()}
    return {"AddrCode": code, "AddrType": ADDRESS_TYPE[kind], **fields}
