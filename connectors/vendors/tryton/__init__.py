"""Tryton 8 over its JSON-RPC: how it is spoken to, whichever capability it serves.

1. The envelope is exactly `id`, `method`, `params`. *Why this matters:* with any other key, such as
   `jsonrpc`, answers lose their envelope and errors become HTML pages.
2. The last parameter of every call is a context, and it has to name the company. *Why this
   matters:* without, prices read as null and orders are refused as nobody's.
3. A refusal is HTTP 200 with `[class name, [English sentence, …]]` and no code; the context asks
   for English. *Why this matters:* sentences change, so after a refusal the record is read again,
   and what it is now decides (documents.py).
4. Repeating what is done already is refused like anything else. *Why this matters:* as in 3.
5. Nothing makes a create unique, but a few columns. *Why this matters:* we look before we create,
   and afterwards again, for what others created meanwhile or a time-out hid (`made`).
6. A `_timestamp` in the context makes a change fail if the record was changed since it was read,
   and that goes for buttons too. *Why this matters:* it is the only compare-and-set there is.
7. A failed login puts the whole server to sleep for seconds, and after five the right password is
   refused for five minutes. *Why this matters:* a wrong password is tried once in that time.
8. A session ends after 30 days, or when an operator ends it; any call may answer 401, and then it
   did not run. *Why this matters:* we log in again, once for all calls, and repeat the call once.
9. A reply of over 1,400 bytes is labelled gzip, and is, if gzip was offered; else it is plain JSON
   under that label. *Why this matters:* we always offer it.
10. A server has one worker or few, and calls wait in line. *Why this matters:* deadlines have to
    allow for the line, and a method should make few calls. Who hangs up is served all the same.
"""

from pydantic import Field, SecretStr

from connectors.protocols.options import HttpOptions


class TrytonOptions(HttpOptions):
    """`url` is the server, without the database."""

    database: str = Field(pattern=r"^\w[\w.-]*$")
    user: str = Field(min_length=1, pattern="^[^:]+$")
    password: SecretStr
    timeout_seconds: float = Field(default=10, gt=0, le=600)
