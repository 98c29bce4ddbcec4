"""One call can be followed through all layers by its ids, and its log holds nothing personal."""

from tests.end_to_end.deployment import Deployment

TRACE = "0af7651916cd43dd8448eb211c80319c"


async def test_an_order_is_one_tree_of_spans_from_the_web_to_the_backends(
    platform: Deployment, key: str
) -> None:
    headers = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "x-request-id": f"req-{key[-20:]}"}
    await platform.checkout(key, {"CBL-USBC-2M": 1}, headers=headers)

    lines = [
        line for line in platform.log_lines() if line.get("request_id") == headers["x-request-id"]
    ]
    assert {line["trace_id"] for line in lines} == {TRACE}
    apis = {line["api"] for line in lines if line["event"] == "request"}
    assert {"experience/web/v1", "process/orders/v1", "system/erp/v1", "system/payments/v1"} <= apis
    calls = [line for line in lines if line["event"] == "backend_call"]
    assert {call["backend"] for call in calls} == {"erp", "inventory", "payments"}
    order_id = next(line["run"] for line in lines if line["event"] == "flow_asked")
    below = [line for line in lines if line.get("api", "").startswith("system/") or line in calls]
    assert all(line["idempotency_key"].startswith(f"{order_id}:") for line in below)
    spans = {line["span_id"] for line in lines}
    roots = [line for line in lines if line["parent_span_id"] not in spans]
    assert [line["parent_span_id"] for line in roots] == ["b7ad6b7169203331"]


async def test_nothing_personal_and_no_secret_is_logged(platform: Deployment, key: str) -> None:
    await platform.checkout(key, {"CBL-USBC-2M": 1})
    await platform.call("GET", "experience/mobile", "/home")

    log = platform.logs()
    for secret in (
        "Ada Lindqvist",
        "ada.lindqvist@example.com",
        "sandbox-crm-key",
        "sk_test_sandbox",
        "pm_card_visa",
        platform.token("ada"),
    ):
        assert secret not in log
