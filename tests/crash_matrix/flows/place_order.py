"""An order: paid, refused by the bank, not in stock, or refused by the ERP at the last moment."""

from tests.crash_matrix.flows.asking import Ask, Asked, Fault, Known, Scenario, entry
from tests.crash_matrix.judge import placed

SKU = "MS-ERGO-01"
QUANTITY = 2


def checkout(card: str = "pm_card_visa", quantity: int = QUANTITY) -> Ask:
    cart = {
        "currency": "EUR",
        "lines": [{"sku": SKU, "quantity": quantity}],
        "payment": {"token": card},
    }

    def ask(_known: Known) -> Asked:
        return Asked("POST", "/experience/web/v1/checkout", cart, key="crash-matrix-1")

    return ask


TESTED = entry(
    "place-order",
    placed,
    Scenario("paid", [checkout()]),
    Scenario("declined", [checkout(card="pm_card_chargeDeclined")]),
    Scenario("sold out", [checkout(quantity=900)]),
    Scenario(
        "refused at last",
        [checkout()],
        faults=[Fault("erp.CreateSalesOrder", "html")],
    ),
)
