"""What every error answer has to look like."""

import httpx


def assert_problem(answer: httpx.Response, status: int, kind: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["status"]) == (f"urn:strata:problem:{kind}", status)
    assert problem["requestId"] == answer.headers["x-request-id"]
