"""What to look at and what to type while the demo serves."""

from collections.abc import Mapping

PAGES = {
    "web checkout": "/experience/web/v1/docs",
    "mobile": "/experience/mobile/v1/docs",
    "orders": "/process/orders/v1/docs",
    "all APIs": "/",
    "health": "/health/ready",
}

TRY = r"""
TOKEN=$(curl -s {url}/oauth/token -d grant_type=client_credentials \
  -d client_id=ada -d client_secret=ada-dev | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
curl -s {url}/experience/web/v1/checkout -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" -H "Idempotency-Key: demo-try-$RANDOM" \
  -d '{{"currency": "EUR", "lines": [{{"sku": "MS-ERGO-01", "quantity": 1}}],
       "payment": {{"token": "pm_card_visa"}}}}'
"""


def urls(platform: str, backends: Mapping[str, str]) -> dict[str, str]:
    return {**{name: platform + path for name, path in PAGES.items()}, **backends}


def invitation(platform: str, shown: Mapping[str, str]) -> str:
    pages = "\n".join(f"  {name:<15} {url}" for name, url in shown.items())
    commands = TRY.strip().format(url=platform)
    return f"""
Strata keeps serving. Ctrl-C stops it; nothing is left behind.

{pages}

Place an order of your own:

{commands}
"""
