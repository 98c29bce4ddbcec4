"""The relay over HTTP: what it delivered, and the control plane."""

from sandbox.control import PREFIX, Control
from sandbox.front import Receive, read_body, read_head
from sandbox.mail.misbehaviour import KINDS
from sandbox.mail.relay import Relay, shape
from sandbox.messages import Reply, Request, json_reply
from sandbox.wire import Scope, Send, Wire


class Inbox:
    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        seconds_of = {name: kind.seconds for name, kind in KINDS.items()}
        self._control = Control(relay, seconds_of, relay.faults, relay.calls, relay.clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await read_body(receive)
        if body is None:
            return
        request = read_head(scope, body)
        controls = request.path.startswith(PREFIX)
        reply = self._control.answer(request) if controls else self._look(request)
        await Wire(scope, send).deliver(reply)

    def _look(self, request: Request) -> Reply:
        rows = self._relay.deliveries()
        if request.path == "/messages":
            return json_reply(200, {"messages": [shape(row) for row in reversed(rows)]})
        for row in rows:
            if request.path == f"/messages/{row['no']}":
                return Reply(200, row["raw"], {"content-type": "message/rfc822"})
        return json_reply(404, {"error": "Known: /messages, /messages/{no} and /_sandbox/…"})
