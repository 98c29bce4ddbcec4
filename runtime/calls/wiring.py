"""How the APIs of this process reach their peers: by a call where they run here, else by HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from runtime.access.hops import HopTokens
from runtime.calls.http import Sender
from runtime.context import Identity
from runtime.contracts.contract import Contract
from runtime.layers import layer_of
from runtime.settings import Settings, SettingsError


@dataclass(frozen=True)
class PeerWiring:
    """One API's view of its peers, each a sender and the URL its paths begin with."""

    tokens: HopTokens | None
    routes: dict[str, tuple[Sender, str]] = field(default_factory=dict)
    """Filled once every API of the process is known, since peers may call each other."""

    def sender(self, api: str) -> Sender:
        return self.routes[api][0]

    def base_url(self, api: str) -> str:
        return self.routes[api][1]

    def token(self, identity: Identity, api: str) -> str:
        if self.tokens is None:
            raise LookupError(f"nothing may be called from here, {api} neither")
        return self.tokens.token(identity, api)


def route(
    peer: str, local: Mapping[str, Sender], network: Sender, settings: Settings
) -> tuple[Sender, str]:
    """The sender and URL of a peer. Raises SettingsError when it runs nowhere we know of."""
    contract = Contract.load(peer)
    if peer in local:
        return local[peer], contract.prefix
    url = settings.peers.get(contract.api)
    if url is None:
        raise SettingsError(
            [
                f"peers.{contract.api}: not served here, so its base URL is needed, e.g. http://{layer_of(peer)}:8000"
            ]
        )
    return network, url.rstrip("/") + contract.prefix
