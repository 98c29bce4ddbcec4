"""A reply while it comes in: llhttp tells what it finds, here it is kept and measured."""

import httptools

from runtime.calls.http import Headers, Lost, Reply, TooLarge

HEAD_BYTES = 64 * 1024
"""The most of a head, and of trailers."""

FRAMING_SHARE = 8
"""The most that chunks may say of themselves, times what is in them: those of one byte each take 5."""

WITHOUT_BODY = frozenset({204, 304})


class Incoming:
    """The replies of a connection, one at a time, up to the first that cannot be followed."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._between = False
        self.expect(has_body=True)

    def expect(self, *, has_body: bool) -> None:
        """Another reply. `has_body`: whether it may have one at all."""
        if not self._between:  # as after the reply to a HEAD, which says how long it is not
            self._parser = httptools.HttpResponseParser(self)
        self._has_body = has_body
        self.is_whole = self._between = False
        self._received = self._size = 0
        self._has_head = self._until_closed = self._keeps_alive = self._more = False
        self._failure: TooLarge | None = None
        self._headers: Headers = []
        self._chunks: list[bytes] = []

    def taken(self) -> Reply:
        """The whole reply, of which nothing is kept."""
        reply = Reply(self._parser.get_status_code(), self._headers, b"".join(self._chunks))
        self._headers, self._chunks = [], []
        return reply

    @property
    def can_be_followed(self) -> bool:
        """Whether the connection is good for another exchange."""
        return self.is_whole and self._keeps_alive and not self._more

    def feed(self, data: bytes) -> None:
        """Raises Lost for what is no HTTP, TooLarge for a head, framing or body over its cap."""
        self._received += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if not self.is_whole:
                raise Lost("not HTTP") from error
            self._more = True
        if self._failure is not None:
            raise self._failure
        if self._received > HEAD_BYTES + self._size * (1 + FRAMING_SHARE) and not self.is_whole:
            raise TooLarge(f"over {HEAD_BYTES} bytes of head")

    def end(self) -> None:
        """The peer says no more; which ends a reply that said nothing of its length."""
        self.is_whole = self.is_whole or self._until_closed

    # What llhttp calls. An exception would be wrapped into its own.

    def on_message_begin(self) -> None:
        self._more = self.is_whole

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.is_whole:
            self._headers.append((name.lower(), value.rstrip()))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if self.is_whole or status < 200:
            return
        fields = dict(self._headers)
        length = fields.get(b"content-length")
        chunked = b"chunked" in fields.get(b"transfer-encoding", b"").lower()
        self._has_head = True
        self._keeps_alive = self._parser.should_keep_alive()
        self._until_closed = length is None and not chunked and status not in WITHOUT_BODY
        if not self._has_body:
            self.is_whole = True
        elif length is not None and int(length) > self._limit:
            self._failure = TooLarge(f"over {self._limit} bytes")

    def on_body(self, chunk: bytes) -> None:
        if self.is_whole or self._failure is not None:
            return
        self._size += len(chunk)
        self._chunks.append(chunk)
        if self._size > self._limit:
            self._failure = TooLarge(f"over {self._limit} bytes")

    def on_message_complete(self) -> None:
        if self._has_head:
            self.is_whole = self._between = True
        else:
            self._headers = []  # of an interim reply, as 103
