"""What is tested, by name. A flow more is a module more, and a line here."""

from tests.crash_matrix.flows import cancel_order, onboard_customer, place_order, return_order
from tests.crash_matrix.flows.asking import Tested

ENTRIES = (place_order.TESTED, cancel_order.TESTED, return_order.TESTED, onboard_customer.TESTED)

FLOWS: dict[str, Tested] = {entry.flow: entry for entry in ENTRIES}
