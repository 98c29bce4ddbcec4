"""The prepared replies by size, and what a client has to have understood of each."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

WSDL = Path(__file__).with_name("wsdl") / "order.wsdl"
BYTES = {"line": 0, "6kb": 6_000, "149kb": 149_000}
"""About how long a reply of each name is; the smallest order has one line."""

QUESTION = {
    "Number": "4500000001",
    "Currency": "EUR",
    "PricesOn": date(2026, 11, 20),
    "WithLines": True,
}

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
<GetOrderResponse xmlns="urn:bench:orders:v1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<Order><Number>4500000001</Number><Status>confirmed</Status><OrderedOn>2026-11-20</OrderedOn>
<ChangedAt>2026-11-20T14:03:27.512Z</ChangedAt>
<Customer><Number>C-1001</Number><Name>Brüder Grün &amp; Söhne</Name><Email>einkauf@gruen.example</Email>
<ShipTo><Street>Lange Straße 12</Street><PostalCode>70173</PostalCode><City>Stuttgart</City>
<Country>DE</Country></ShipTo></Customer>
<Currency>EUR</Currency><Total>{total}</Total><Note xsi:nil="true"/>
"""
LINE = (
    "<Line><Position>{number}</Position><Sku>CBL-USBC-{number:04}</Sku>"
    "<Description>Cable USB-C to USB-C, 2 m, braided, item {number}</Description>"
    "<Quantity>{quantity}</Quantity><Unit>PCE</Unit><UnitPrice>14.9500</UnitPrice>"
    "<Amount>{amount}</Amount><DeliverOn>{day}</DeliverOn><Confirmed>{confirmed}</Confirmed></Line>\n"
)
TAIL = "</Order></GetOrderResponse></soap:Body></soap:Envelope>"


def reply(size: str) -> bytes:
    lines = lines_of(size)
    total = sum((Decimal("14.95") * _quantity(n) for n in range(1, lines + 1)), Decimal(0))
    return (HEAD.format(total=total) + "".join(map(_line, range(1, lines + 1))) + TAIL).encode()


def lines_of(size: str) -> int:
    return max(1, (BYTES[size] - len(HEAD + TAIL)) // len(_line(100)))


def _line(number: int) -> str:
    return LINE.format(
        number=number,
        quantity=_quantity(number),
        amount=Decimal("14.95") * _quantity(number),
        day=date(2026, 12, 1) + timedelta(days=number % 28),
        confirmed="true" if number % 3 else "false",
    )


def _quantity(number: int) -> int:
    return number % 9 + 1


def understood(order: Any) -> dict[str, Any]:
    """Comparable over all clients: touches each type, and all lines."""
    lines = order["Line"]
    return {
        "lines": len(lines),
        "quantity": sum(line["Quantity"] for line in lines),
        "amount": f"{sum(line['Amount'] for line in lines):.2f}",
        "total": f"{order['Total']:.2f}",
        "confirmed": sum(line["Confirmed"] is True for line in lines),
        "last": f"{lines[-1]['DeliverOn']:%Y-%m-%d}",
        "changed": f"{order['ChangedAt']:%H:%M:%S}",
        "name": order["Customer"]["Name"],
        "city": order["Customer"]["ShipTo"]["City"],
    }
