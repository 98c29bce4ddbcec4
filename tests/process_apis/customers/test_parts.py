"""The view has a member for each of its parts, and no part takes the place of another member."""

from typing import get_args

from contracts.models.process.customers.v1 import CustomerView, PartName
from process_apis.customers.customer_view import PARTS


def test_the_parts_are_the_contracts_and_no_other_member_of_the_view() -> None:
    others = {"customer_id", "external_ids", "degraded"}
    names = get_args(PartName.__value__)

    assert set(PARTS) == set(names)
    assert CustomerView.model_fields.keys() == {*names, *others}
    assert not others & set(names)
