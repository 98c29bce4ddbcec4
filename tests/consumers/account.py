"""A consumer's account: what a generated client needs to call over plain httpx with a token."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from runtime.calls.http import Sender
from runtime.calls.httpx_sender import HttpxSender
from runtime.context import Context, Identity, entered, new_id

PATIENCE = 120
"""Seconds for all that a program does."""


class Account:
    """A Wiring: every call goes to one address, with one token."""

    def __init__(self, url: str, token: str, sender: HttpxSender) -> None:
        self.url = url
        self.bearer = token
        self._sender = sender

    def sender(self, api: str) -> Sender:
        assert api
        return self._sender

    def base_url(self, api: str) -> str:
        return f"{self.url}/{api}"

    def token(self, identity: Identity, api: str) -> str:
        assert identity
        assert api
        return self.bearer


@asynccontextmanager
async def signed_in(url: str, token: str) -> AsyncIterator[Account]:
    """Calls made inside are made with the token."""
    sender = HttpxSender()
    account = Account(url, token, sender)
    end = asyncio.get_running_loop().time() + PATIENCE
    try:
        with entered(Context("consumer", account, new_id(64), new_id(128), end)):
            yield account
    finally:
        await sender.aclose()
