"""How a partner sees its own calls: pure functions."""

from collections.abc import Iterable

from contracts.models.experience.partner.v1 import (
    OperationUsage,
    PartnerUsage,
    UsagePeriod,
    UsageQuota,
)
from runtime.metering.meter import Usage
from runtime.metering.standing import Quota


def partner_usage(usages: Iterable[Usage]) -> PartnerUsage:
    return PartnerUsage(periods=[_period(usage) for usage in usages])


def _period(usage: Usage) -> UsagePeriod:
    return UsagePeriod(
        kind=usage.period.kind,
        starts=usage.period.starts,
        ends=usage.period.ends,
        calls=sum(usage.calls.values()),
        operations=[
            OperationUsage(operation=operation, calls=calls)
            for operation, calls in sorted(usage.calls.items())
        ],
        quota=_quota(usage.quota) if usage.quota else None,
    )


def _quota(quota: Quota) -> UsageQuota:
    return UsageQuota(
        limit=quota.limit,
        used=quota.used,
        remaining=quota.remaining,
        resets_at=quota.period.ends,
    )
