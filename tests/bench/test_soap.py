"""The SOAP benchmark compares clients that did the same work."""

from bench.soap.__main__ import ratios
from bench.soap.orders import BYTES, lines_of, reply
from bench.soap.processes import clients, served


def test_every_client_has_understood_all_of_a_reply() -> None:
    with served() as base_url, clients(["strata", "zeep_sync", "zeep_async"], base_url) as children:
        answers = [child.asked("6kb 1") for child in children.values()]

    first, *others = (answer["understood"] for answer in answers)
    assert first["lines"] == lines_of("6kb")
    assert others == [first, first]
    assert all(answer["cpu_us"] > 0 for answer in answers)


def test_replies_are_as_long_as_they_are_called() -> None:
    assert lines_of("line") == 1
    for size, wanted in BYTES.items():
        assert size == "line" or 0.9 * wanted < len(reply(size)) <= wanted


def test_a_ratio_is_the_median_of_the_rounds() -> None:
    spent = {
        "strata": {size: [1.0, 2.0, 1.0] for size in BYTES},
        "zeep_sync": {size: [10.0, 10.0, 900.0] for size in BYTES},
    }

    assert ratios(spent) == {"zeep_sync": dict.fromkeys(BYTES, 10.0)}
