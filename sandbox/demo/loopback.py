"""How the demo asks anything of what it has started."""

import httpx

# No proxy of the user's stands between us and this machine. No connection is kept: some of the
# servers are killed in between.
http = httpx.Client(
    trust_env=False,
    verify=False,  # noqa: S501 - plain HTTP only; to read the certificates takes longer than to ask
    timeout=30,
    limits=httpx.Limits(max_keepalive_connections=0),
)
