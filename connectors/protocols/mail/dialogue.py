"""What is said to a relay to hand a letter over, and what it means when it goes wrong.

One login is one attempt: aiosmtplib's own `login` tries each method the relay offers, and three
refusals lock an account.
"""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import cast

from aiosmtplib import SMTP, SMTPConnectError, SMTPException, SMTPResponseException

from connectors.protocols.mail import replies
from connectors.protocols.mail.letter import Letter
from connectors.protocols.mail.options import MailOptions
from connectors.protocols.mail.replies import Refusal, Stage
from runtime.calls.http import Unreached
from runtime.problems import Misconfigured, Problem, Unavailable, broken

GOODBYE_SECONDS = 0.5


class Dialogue:
    """`notes` tells how far it got; `hang_up` ends it in any case."""

    def __init__(
        self, who: str, options: MailOptions, hello: str, notes: dict[str, int | str]
    ) -> None:
        self._who = who
        self._options = options
        self._notes = notes
        # Time is the caller's to keep, and so is encryption: by itself it would do without.
        self._smtp = SMTP(
            hostname=options.host,
            port=options.port,
            use_tls=options.implicit_tls,
            start_tls=False,
            timeout=None,
            local_hostname=hello,
        )

    async def hand_over(self, letter: Letter, content: bytes, tls: ssl.SSLContext | None) -> None:
        """Raises a Problem; from the last stage on nobody knows the outcome unless it is a refusal."""
        self._smtp.tls_context = tls
        with self._at("greeting"):
            await self._smtp.connect()
        with self._at("hello"):
            await self._smtp.ehlo()
        if tls is not None and not self._options.implicit_tls:
            await self._encrypt()
        if self._options.user is not None:
            await self._log_in()
        await self._send(letter, content)

    async def say_goodbye(self, latest: float) -> None:
        """Politely, and not for long (`latest` on the loop's clock): what was agreed before stands."""
        soon = asyncio.get_running_loop().time() + GOODBYE_SECONDS
        with suppress(SMTPException, OSError):
            async with asyncio.timeout_at(min(soon, latest)):
                await self._smtp.quit()

    def hang_up(self) -> None:
        """At once: a relay that does not listen would keep a connection that is closed in order."""
        if self._smtp.transport is not None:
            cast("asyncio.WriteTransport", self._smtp.transport).abort()
        self._smtp.close()

    async def _encrypt(self) -> None:
        with self._at("encryption"):
            self._demand("starttls", "encryption")
            await self._smtp.starttls()
        with self._at("hello"):
            await self._smtp.ehlo()

    async def _log_in(self) -> None:
        user, password = self._options.user or "", self._options.password
        secret = password.get_secret_value() if password is not None else ""
        with self._at("login"):
            if "plain" in self._smtp.server_auth_methods:
                await self._smtp.auth_plain(user, secret)
            elif "login" in self._smtp.server_auth_methods:
                await self._smtp.auth_login(user, secret)
            else:
                raise Misconfigured(f"{self._who} offers no way to log in that we know")

    async def _send(self, letter: Letter, content: bytes) -> None:
        international = not letter.is_ascii
        encoding = "utf-8" if international else "ascii"
        if international and not self._smtp.supports_extension("smtputf8"):
            raise replies.undeliverable(f"{self._who} takes no addresses beyond ASCII")
        with self._at("sender"):
            options = [*self._size(content), *(["SMTPUTF8"] if international else [])]
            await self._smtp.mail(str(letter.sender), options=options, encoding=encoding)
        with self._at("recipient"):
            await self._smtp.rcpt(str(letter.to), encoding=encoding)
        with self._at("content"):
            await self._smtp.data(content)

    def _size(self, content: bytes) -> list[str]:
        """RFC 1870: a letter the relay would refuse need not be sent to its end."""
        if not self._smtp.supports_extension("size"):
            return []
        most = self._smtp.esmtp_extensions["size"]
        if most.isascii() and most.isdigit() and 0 < int(most) < len(content):
            raise replies.too_large(self._who)
        return [f"SIZE={len(content)}"]

    def _demand(self, extension: str, what: str) -> None:
        if not self._smtp.supports_extension(extension):
            raise Misconfigured(f"{self._who} does not offer {what}")

    @contextmanager
    def _at(self, stage: Stage) -> Iterator[None]:
        self._notes["stage"] = stage
        try:
            yield
        except SMTPResponseException as error:
            refusal = Refusal(stage, error.code, error.message)
            self._notes["reply"] = error.code
            raise replies.problem(self._who, refusal) from refusal
        except SMTPConnectError as error:
            raise self._unreached(error) from Unreached(type(error.__cause__ or error).__name__)
        except ssl.SSLCertVerificationError as error:
            raise self._distrusted() from error
        except TimeoutError:
            raise
        except (SMTPException, OSError) as error:
            raise broken(self._who) from error

    def _unreached(self, error: SMTPConnectError) -> Problem:
        if isinstance(error.__cause__, ssl.SSLCertVerificationError):
            return self._distrusted()
        return Unavailable(f"{self._who} cannot be reached", retry_after=1)

    def _distrusted(self) -> Problem:
        return Misconfigured(f"{self._who} shows a certificate that we do not trust")
