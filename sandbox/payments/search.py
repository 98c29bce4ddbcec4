"""A part of Stripe's search language: exact matches, all of which must hold.

`metadata['reference']:'o-1' AND status:'succeeded'`. https://docs.stripe.com/search
"""

import re

from sandbox.messages import Reply, json_reply
from sandbox.payments import intents, params
from sandbox.payments.errors import stripe_error
from sandbox.rest import Call

CLAUSE = re.compile(
    r"""\s*(?P<field>metadata|status|currency|customer|amount)
        (?:\[(?P<q>["'])(?P<name>.*?)(?P=q)\])?
        \s*:\s*(?:(?P<p>["'])(?P<text>(?:\\.|(?!(?P=p)).)*)(?P=p)|(?P<number>\d+))
        \s*(?:\bAND\b|$|(?=\s))""",
    re.VERBOSE | re.IGNORECASE,
)
CONDITIONS = {
    "metadata": "no IN (SELECT intent FROM intent_metadata WHERE name = ? AND value = ?)",
    "status": "status = ?",
    "currency": "currency = lower(?)",
    "customer": "customer = ?",
    "amount": "amount = CAST(? AS INTEGER)",
}


def search(call: Call) -> Reply:
    readers = {"query": params.text, "limit": params.page_size}
    asked = params.read_params(call.query, readers, required=("query",))
    conditions, values = read_query(asked["query"])
    limit = asked.get("limit", 10)
    # S608: the conditions come from the table above, the values are bound.
    statement = f"SELECT * FROM intents WHERE {' AND '.join(conditions)} ORDER BY no DESC LIMIT ?"  # noqa: S608
    rows = call.db.execute(statement, (*values, limit + 1)).fetchall()
    page = [intents.shape(call.db, row) for row in rows[:limit]]
    envelope = {"object": "search_result", "url": "/v1/payment_intents/search", "next_page": None}
    return json_reply(200, envelope | {"has_more": len(rows) > limit, "data": page})


def read_query(query: str) -> tuple[list[str], list[str]]:
    """SQL conditions and the values they bind."""
    conditions: list[str] = []
    values: list[str] = []
    at = 0
    while at < len(query):
        clause = CLAUSE.match(query, at)
        if clause is None or (clause["field"] == "metadata") != (clause["name"] is not None):
            message = "We were unable to parse your search query."
            raise stripe_error(400, f"{message} Around: {query[at:]}", param="query")
        conditions.append(CONDITIONS[clause["field"].lower()])
        text = clause["number"] or re.sub(r"\\(.)", r"\1", clause["text"])
        values += [text] if clause["name"] is None else [clause["name"], text]
        at = clause.end()
    return conditions, values
