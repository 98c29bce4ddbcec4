"""A relay by name: one letter, one connection, through the policy every backend has.

Until the relay has said 250 to the whole letter nobody knows whether it took it. A loss there is a
problem like any other, and the letter is sent again: its Message-ID is what it is known again by.
"""

import asyncio
import ssl
from functools import cached_property

from connectors.protocols.backend import Attempt, Backend
from connectors.protocols.mail import replies
from connectors.protocols.mail.letter import Letter
from connectors.protocols.mail.options import MailOptions
from connectors.reach import Reach
from runtime.problems import Problem, silent


class MailBackend:
    def __init__(self, name: str, options: MailOptions, reach: Reach) -> None:
        self.name = name
        self._options = options
        self._backend = Backend(name, reach, timeout=options.timeout_seconds)

    async def send(self, operation: str, letter: Letter) -> None:
        """Until the relay has taken it.

        Rejected with 422: `undeliverable` (pointing at `/to`), `message-refused`; with 413:
        `too-large` (at `/text`). Unavailable when the relay says later, or nobody knows.
        """
        content = letter.octets()
        if len(content) > self._options.max_bytes:
            raise replies.too_large(self.name)
        await self._backend.call(
            operation, lambda attempt: self._attempt(letter, content, attempt), repeatable=True
        )

    async def _attempt(self, letter: Letter, content: bytes, attempt: Attempt) -> None:
        from connectors.protocols.mail.dialogue import Dialogue  # aiosmtplib

        notes = attempt.notes
        notes["outcome"] = "cancelled"
        dialogue = Dialogue(self.name, self._options, letter.sender.domain, notes)
        latest = asyncio.get_running_loop().time() + attempt.remaining
        try:
            async with asyncio.timeout_at(latest):
                await dialogue.hand_over(letter, content, self._tls)
            notes["outcome"] = "ok"
            await dialogue.say_goodbye(latest)
        except TimeoutError as error:
            notes["outcome"] = "silent"
            raise silent(self.name) from error
        except Problem as problem:
            notes["outcome"] = problem.slug
            if isinstance(problem.__cause__, replies.Refusal):
                await dialogue.say_goodbye(latest)
            raise
        finally:
            dialogue.hang_up()

    @cached_property
    def _tls(self) -> ssl.SSLContext | None:
        if not self._options.encrypted:
            return None
        tls = self._options.tls
        return tls.context() if tls else ssl.create_default_context()
