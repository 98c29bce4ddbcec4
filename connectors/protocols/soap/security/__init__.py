"""WS-Security 1.1.1: what a request proves about us, and what its reply has to prove.

options.py         what a vendor's file may be told
username_token.py  a user and a password, or its digest
timestamp.py       from when until when a message is meant
signing.py         our signature
verifying.py       theirs: a reply reduced to what was signed
trust.py           whose key it may be
replays.py         each signed reply counts once
algorithms.py      what is allowed; all else is refused

Encryption of messages is not spoken: TLS does that.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from lxml import etree

from connectors.protocols.soap.envelope import Message, ReplyError, is_for_us, must_be_understood
from connectors.protocols.soap.security.names import (
    CONFIRMATION,
    ENCRYPTED,
    PREFIXES,
    SECURITY,
    SIGNATURE,
    TIMESTAMP,
)
from connectors.protocols.soap.security.options import SecurityOptions
from connectors.protocols.soap.security.replays import Replays
from connectors.protocols.soap.security.signing import Signer
from connectors.protocols.soap.security.timestamp import add_timestamp, demand_fresh
from connectors.protocols.soap.security.trust import Trust
from connectors.protocols.soap.security.username_token import add_username_token
from connectors.protocols.soap.security.verifying import Signed, verified


def machine_time() -> datetime:
    return datetime.now(UTC)


class Security:
    """Of one backend. It remembers whose replies it has seen, and nothing of any call."""

    def __init__(
        self, options: SecurityOptions, clock: Callable[[], datetime] = machine_time
    ) -> None:
        self._options = options
        self._clock = clock
        self._signer = Signer(options.signature) if options.signature else None
        self._trust = Trust(options.reply) if options.reply else None
        self._replays = Replays(options.reply.replays_held if options.reply else 0)
        max_age = options.reply.max_age_seconds if options.reply else options.timestamp_seconds
        self._skew, self._max_age = timedelta(seconds=options.skew_seconds), timedelta(0, max_age)

    @property
    def demands_signatures(self) -> bool:
        return self._trust is not None

    def secure(self, envelope: etree._Element) -> str | None:
        """Put the Security header into a request, which is not to be changed after; its signature's
        value, if it is signed."""
        header, body = envelope[0], envelope[-1]
        addressed = list(header)
        security = etree.SubElement(header, SECURITY, nsmap=PREFIXES)
        security.set(f"{{{etree.QName(envelope).namespace}}}mustUnderstand", "1")
        parts = [body, *addressed, *self._tokens(security)]
        return self._signer.sign(security, parts) if self._signer else None

    def demand(self, message: Message, request_signature: str | None) -> Message:
        """The reply, reduced to what was signed where it has to be. Raises ReplyError."""
        found = [block for block in message.blocks() if block.tag == SECURITY]
        if len(found) > 1:
            raise ReplyError("several Security headers")
        security = next(filter(is_for_us, found), None)
        if self._trust is not None:
            return self._signed(message, security, self._trust, request_signature)
        if security is not None:
            self._unsigned(security)
        return message

    def _tokens(self, security: etree._Element) -> list[etree._Element]:
        now, user = self._clock(), self._options.username_token
        tokens = []
        if self._options.timestamp_seconds:
            tokens.append(add_timestamp(security, now, self._options.timestamp_seconds))
        if user is not None:
            who = (security, user.user, user.password)
            tokens.append(add_username_token(*who, digest=user.digest, now=now))
        return tokens

    def _unsigned(self, security: etree._Element) -> None:
        if must_be_understood(security) and security.find(SIGNATURE) is not None:
            raise ReplyError("a signature to be understood, and nobody told us whose")
        timestamp = _only(security, TIMESTAMP)
        if timestamp is not None:
            self._demand_fresh(timestamp, self._clock())

    def _signed(
        self,
        message: Message,
        security: etree._Element | None,
        trust: Trust,
        request_signature: str | None,
    ) -> Message:
        signature = None if security is None else _only(security, SIGNATURE)
        if security is None or signature is None:
            raise ReplyError("an answer without a signature")
        now = self._clock()
        signed = verified(message, security, signature, trust.keys(signature, security, now))
        if message.body not in signed:
            raise ReplyError("an answer whose Body is not signed")
        timestamp = _only(security, TIMESTAMP)
        if timestamp is None or timestamp not in signed:
            raise ReplyError("an answer whose Timestamp is not signed")
        until = self._demand_fresh(signed.read(timestamp), now)
        _demand_confirmed(security, signed, request_signature)
        self._replays.demand_new(signed.fingerprint, until, now)
        return _reduced(message, signed)

    def _demand_fresh(self, timestamp: etree._Element, now: datetime) -> datetime:
        return demand_fresh(timestamp, now, skew=self._skew, max_age=self._max_age)


def demand_plain(message: Message) -> None:
    """Raises ReplyError for what is encrypted, which nobody asked for."""
    if not message.has_hash:  # nor a character reference that would stand for one
        return
    for part in (message.body, *message.blocks()):
        for _ in part.iter(*ENCRYPTED):
            raise ReplyError("encrypted, which is not spoken here")


def _demand_confirmed(
    security: etree._Element, signed: Signed, request_signature: str | None
) -> None:
    """Where the backend repeats the signature it answers (WSS 1.1.1, 8.5), it has to be ours."""
    for confirmation in security.findall(CONFIRMATION):
        if confirmation not in signed or confirmation.get("Value") != request_signature:
            raise ReplyError("an answer to somebody else's request")


def _reduced(message: Message, signed: Signed) -> Message:
    if message.attachments:
        raise ReplyError("attachments that nobody signed")
    header = None
    if message.header is not None:
        header = etree.Element(message.header.tag)
        header.extend(signed.read(block) for block in message.blocks() if block in signed)
    return Message(header, signed.read(message.body))


def _only(security: etree._Element, name: str) -> etree._Element | None:
    found = security.findall(name)
    if len(found) > 1:
        raise ReplyError(f"a Security header with several {etree.QName(name).localname}s")
    return found[0] if found else None
