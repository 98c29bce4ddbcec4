"""Their names as ours: a generated name comes out the same whoever makes Python of it."""

import pytest

from runtime.contracts.client_source import snake
from scaffold import names


@pytest.mark.parametrize(
    ("theirs", "ours", "python"),
    [
        ("CustNo", "custNo", "cust_no"),
        ("customerID", "customerId", "customer_id"),
        ("HTTPCode", "httpCode", "http_code"),
        ("order-no", "orderNo", "order_no"),
        ("x_y_z", "xyZ", "xy_z"),
        ("line1Text", "line1Text", "line1_text"),
        ("2ndLine", "x2ndLine", "x2nd_line"),
        ("@links", "links", "links"),
        ("from", "from", "from_"),
        ("copy", "copyValue", "copy_value"),
        ("register", "registerValue", "register_value"),
        ("Состав", "value", "value"),
    ],
)
def test_a_member_has_one_name_in_json_and_one_in_python(
    theirs: str, ours: str, python: str
) -> None:
    assert names.camel(theirs) == ours
    assert snake(names.camel(theirs)) == python


def test_a_schema_is_not_called_as_what_the_models_import() -> None:
    assert names.pascal("problem") == "ProblemType"
    assert names.pascal("order_list") == "OrderList"
    assert names.free("Order", {"Order", "Order2"}) == "Order3"


def test_a_summary_is_the_first_sentence_and_fits_a_docstring() -> None:
    assert names.sentence('Says "hi". And more.\nMore.') == "Says 'hi'"
    assert len(names.sentence("word " * 100)) < 90
