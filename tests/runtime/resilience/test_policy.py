"""`backends.<capability>.policy`: what an operator may say, checked before anything is served."""

from pathlib import Path

import pytest

from runtime.resilience.policy import Policy
from runtime.settings import SettingsError
from tests.runtime.conftest import embedded


def test_a_backend_without_one_has_the_defaults(tmp_path: Path) -> None:
    assert embedded(tmp_path).backends["erp"].policy == Policy()


def test_what_is_said_is_kept_and_is_no_option_of_the_vendor(tmp_path: Path) -> None:
    settings = embedded(tmp_path, backends__erp__policy="{failure_rate: 0.2, slow_ms: 900}")

    erp = settings.backends["erp"]
    assert (erp.policy.failure_rate, erp.policy.slow_ms, erp.policy.probes) == (0.2, 900, 3)
    assert "policy" not in erp.options()


@pytest.mark.parametrize(
    ("policy", "key"),
    [
        ("{failure_rate: 1.5}", "failure_rate"),
        ("{failure_rate: 0}", "failure_rate"),
        ("{slow_rate: .nan}", "slow_rate"),
        ("{slow_ms: 0}", "slow_ms"),
        ("{max_concurrency: 0}", "max_concurrency"),
        ("{min_concurrency: 5, max_concurrency: 4}", "max_concurrency"),
        ("{min_concurrency: 65}", "max_concurrency"),
        ("{queue_ms: -1}", "queue_ms"),
        ("{minimum_calls: 0}", "minimum_calls"),
        ("{minimum_seconds: -1}", "minimum_seconds"),
        ("{window_seconds: 0}", "window_seconds"),
        ("{open_seconds: soon}", "open_seconds"),
        ("{probes: 0}", "probes"),
        ("{retry_ratio: 2}", "retry_ratio"),
        ("{retry_reserve: 0}", "retry_reserve"),
        ("{retries: -1}", "retries"),
        ("{hedge_after_ms: 0}", "hedge_after_ms"),
        ("{failure_ratio: 0.5}", "failure_ratio"),
    ],
)
def test_what_cannot_be_meant_is_named_by_its_path(tmp_path: Path, policy: str, key: str) -> None:
    with pytest.raises(SettingsError) as caught:
        embedded(tmp_path, backends__erp__policy=policy)

    [fault] = caught.value.faults
    assert fault.startswith(f"backends.erp.policy.{key}: ")
