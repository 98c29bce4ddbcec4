"""How a company becomes a customer, before it has a program: on the web, as any visitor."""

import asyncio
from typing import Any

from contracts.clients.experience.web.v1 import WebClient
from contracts.models.experience.web.v1 import NewSignUp


async def taken_on(company: dict[str, Any]) -> str:
    """The customer's id."""
    web = WebClient()
    begun = await web.sign_up(NewSignUp.model_validate(company), idempotency_key=company["email"])
    while begun.status == "checking":
        await asyncio.sleep(0.2)
        begun = await web.get_sign_up(begun.id)
    assert begun.status == "completed", begun
    assert begun.customer_id is not None
    return begun.customer_id
