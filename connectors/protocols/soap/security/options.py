"""What a vendor's file may be told about WS-Security; checked at start, with the key's path."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from connectors.protocols.pem import CertificatePem, PrivateKeyPem, certificates, demand_pair


class _Part(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True
    )


class UsernameTokenOptions(_Part):
    user: str = Field(min_length=1)
    password: SecretStr = Field(min_length=1)
    digest: bool = False
    """Send a digest with a nonce instead of the password; the backend must know the password."""


class SignatureOptions(_Part):
    key: PrivateKeyPem
    """RSA signs with rsa-sha256, an elliptic curve with ecdsa-sha256."""
    certificate: CertificatePem
    reference: Literal["binary-token", "issuer-serial", "key-identifier"] = "binary-token"

    @field_validator("certificate")
    @classmethod
    def _is_the_keys(cls, certificate: str, info: ValidationInfo) -> str:
        if "key" in info.data:
            demand_pair(info.data["key"].get_secret_value(), certificate)
        return certificate

    @field_validator("reference")
    @classmethod
    def _has_an_identifier(cls, reference: str, info: ValidationInfo) -> str:
        from cryptography import x509

        if reference == "key-identifier" and "certificate" in info.data:
            held = certificates(info.data["certificate"])[0].extensions
            if not any(extension.oid == x509.SubjectKeyIdentifier.oid for extension in held):
                raise ValueError("the certificate has no subject key identifier")
        return reference


class ReplyOptions(_Part):
    """Whose signature a reply must bear: one of these certificates', or one that `ca` issued."""

    certificate: CertificatePem | None = None
    """Theirs; several while they change it."""
    ca: CertificatePem | None = None
    """Who issued theirs, directly."""
    common_name: str | None = Field(default=None, min_length=1)
    """Theirs among all that the `ca` issued to."""
    max_age_seconds: float = Field(default=300, gt=0, le=3600)
    replays_held: int = Field(default=100_000, gt=0)
    """Signatures remembered while they are fresh; beyond it replies are refused, never forgotten."""

    @field_validator("ca")
    @classmethod
    def _one_of_both(cls, ca: str | None, info: ValidationInfo) -> str | None:
        if "certificate" in info.data and (ca is None) == (info.data["certificate"] is None):
            raise ValueError("give either `certificate` or `ca`")
        return ca

    @field_validator("common_name")
    @classmethod
    def _with_a_ca(cls, name: str | None, info: ValidationInfo) -> str | None:
        if "ca" in info.data and (name is None) != (info.data["ca"] is None):
            raise ValueError("`ca` and `common_name` go together: a CA issues to many")
        return name


class SecurityOptions(_Part):
    username_token: UsernameTokenOptions | None = None
    signature: SignatureOptions | None = None
    """Over the Body, the Timestamp, the UsernameToken and the addressing headers."""
    reply: ReplyOptions | None = None
    """Replies have to be signed. Without it, a signature in a reply is not looked at."""
    timestamp_seconds: float = Field(default=300, ge=0, le=3600)
    """How long a request of ours is valid; 0 sends no Timestamp."""
    skew_seconds: float = Field(default=60, ge=0, le=600)
    """How far the clocks may be apart."""
