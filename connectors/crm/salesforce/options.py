"""What has to be configured to reach an org."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from connectors.protocols.options import BaseUrl, HttpOptions
from connectors.protocols.pem import private_key
from contracts.models.system.crm.v1 import Segment

SEGMENTS: Mapping[Segment, str] = {"business": "Business", "gold": "Gold", "standard": "Standard"}


def _for_rs256(secret: SecretStr) -> SecretStr:
    from cryptography.hazmat.primitives.asymmetric import rsa

    if not isinstance(private_key(secret.get_secret_value()), rsa.RSAPrivateKey):
        raise ValueError("not an RSA key, which is the only kind that Salesforce takes")
    return secret


def _both_ways(values: Mapping[Segment, str]) -> Mapping[Segment, str]:
    if values.keys() != SEGMENTS.keys() or len(set(values.values())) != len(SEGMENTS):
        raise ValueError(f"needs one value of its own for each of {', '.join(SEGMENTS)}")
    return values


class Options(HttpOptions):
    """`url` is the org's My Domain (`https://acme.my.salesforce.com`), where we log in."""

    login_url: BaseUrl = "https://login.salesforce.com"
    """Whom the login is meant for; `https://test.salesforce.com` for a sandbox org."""
    client_id: str = Field(min_length=1)
    """The consumer key of the connected app."""
    user: str = Field(min_length=1)
    private_key: Annotated[SecretStr, AfterValidator(_for_rs256)]
    """The key of the certificate that the connected app has, as PEM: `file:PATH` or `env:NAME`."""
    instance_urls: tuple[BaseUrl, ...] = ()
    """Where, besides `url`, a login may send us with the token it gives."""
    segments: Annotated[Mapping[Segment, str], AfterValidator(_both_ways)] = SEGMENTS
    """What a segment of ours is called in the picklist StrataSegment__c."""
    warn_at_usage: float = Field(default=0.8, gt=0, le=1)
    """The share of the org's API calls from which on its use is warned of."""
