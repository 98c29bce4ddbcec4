"""Any relay that speaks SMTP: our own Postfix, or the submission port of a mail service.

1. SMTP knows no ids: what is sent twice is two letters. *Why this matters:* we keep a ledger of what
   a relay accepted, by our id, and send nothing again that is in it. It is a file in `data_dir`:
   replicas that do not share it each send once.
2. When the answer to a letter is lost, nobody can say whether it was taken. *Why this matters:* it
   is noted as `unknown` before it is sent, and put again it is sent again, with the same Message-ID
   and to the octet the same. Most receivers show one letter then; SMTP cannot promise it.
3. A relay that knows a sender too little says "later" (greylisting), which means minutes. *Why this
   matters:* we say so to our caller at once instead of trying on.
4. `accepted` means that the relay took over, no more. *Why this matters:* what it finds undeliverable
   afterwards comes back as mail to `sender`, which somebody has to read.
5. A relay refuses an address, or us (relaying, policy), with the same codes. *Why this matters:* an
   enhanced code 5.7.x is for an operator and no customer's mistake.
"""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, TypeVar
from weakref import WeakValueDictionary

from pydantic import AfterValidator, Field

from connectors.notifications import Notifications
from connectors.notifications.smtp.ledger import Entry, Ledger
from connectors.protocols.mail.client import MailBackend
from connectors.protocols.mail.letter import Letter, header_text
from connectors.protocols.mail.mailbox import Mailbox, mailbox
from connectors.protocols.mail.options import MailOptions
from connectors.reach import Reach
from contracts.models.system.notifications.v1 import Message, NewMessage
from runtime.problems import Missing, Rejected, at

T = TypeVar("T")


def _address(text: str) -> str:
    mailbox(text)
    return text


class Options(MailOptions):
    sender: Annotated[str, AfterValidator(_address)]
    """Where answers and what could not be delivered go. Its domain is that of every Message-ID."""
    sender_name: Annotated[str, AfterValidator(header_text)] = ""
    keep_days: int = Field(default=90, ge=1)
    """For how long it is known what was sent."""


class Connector(Notifications):
    def __init__(self, options: Options, reach: Reach) -> None:
        self._mail = MailBackend("notifications", options, reach)
        self._sender = mailbox(options.sender)
        self._sender_name = options.sender_name
        self._clock = reach.clock
        self._ledger = Ledger(reach.data_dir / "notifications-smtp.db", options.keep_days)
        self._under_way: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def put_message(self, message_id: str, message: NewMessage) -> Message:
        _demand_one_line_each(message)
        to = _checked("/to", mailbox, message.to)
        async with self._under_way.setdefault(message_id, asyncio.Lock()):
            entry = await self._ledger.begun(self._new(message_id, message))
            if entry.digest != _digest(message):
                raise Rejected("another message has this id", kind="conflict", status=409)
            if entry.status != "accepted":
                entry = await self._sent(entry, self._letter(entry, to, message))
        return _told(entry)

    async def get_message(self, message_id: str) -> Message:
        entry = await self._ledger.find(message_id)
        if entry is None:
            raise Missing("there is no such message")
        return _told(entry)

    async def _sent(self, entry: Entry, letter: Letter) -> Entry:
        try:
            await self._mail.send("sendMessage", letter)
        except Rejected:
            await self._ledger.note(replace(entry, status="refused"))
            raise
        accepted = replace(entry, status="accepted", accepted_at=self._clock())
        await self._ledger.note(accepted)
        return accepted

    def _new(self, message_id: str, message: NewMessage) -> Entry:
        local = hashlib.sha256(message_id.encode()).hexdigest()[:40]
        reference = f"{local}@{self._sender.domain}"
        return Entry(message_id, _digest(message), reference, "unknown", self._clock())

    def _letter(self, entry: Entry, to: Mailbox, message: NewMessage) -> Letter:
        return Letter(
            message_id=entry.reference,
            date=entry.first_tried_at,
            sender=self._sender,
            sender_name=self._sender_name,
            to=to,
            to_name=message.to_name or "",
            subject=message.subject,
            text=message.text,
            html=message.html,
            language=message.language,
        )


def _demand_one_line_each(message: NewMessage) -> None:
    """The contract says so too, as far as a pattern can."""
    _checked("/subject", header_text, message.subject)
    _checked("/toName", header_text, message.to_name or "")
    _checked("/language", header_text, message.language or "")


def _checked(pointer: str, reader: Callable[[str], T], text: str) -> T:
    try:
        return reader(text)
    except ValueError as error:
        errors = [at(pointer, str(error))]
        raise Rejected("no e-mail can be made of this", errors=errors) from error


def _digest(message: NewMessage) -> str:
    content = message.model_dump_json(by_alias=True, exclude_none=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _told(entry: Entry) -> Message:
    return Message(
        id=entry.id,
        status=entry.status,
        reference=f"<{entry.reference}>",
        first_tried_at=entry.first_tried_at,
        accepted_at=entry.accepted_at,
    )
