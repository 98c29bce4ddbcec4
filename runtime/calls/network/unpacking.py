"""Content codings of replies, undone up to a cap."""

import zlib

from runtime.calls.http import Headers, Reply, TooLarge

WINDOW_BITS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
"""How zlib may find a coding framed; `deflate` should have a zlib header and often has none."""


def unpacked(reply: Reply, limit: int) -> Reply:
    """The reply without its gzip or deflate coding; TooLarge as soon as it swells over `limit`.

    What cannot be unpacked stays as it came, for the reader to call it garbage.
    """
    for bits in WINDOW_BITS.get((reply.header(b"content-encoding") or "").lower(), ()):
        unpacker = zlib.decompressobj(bits)
        try:
            body = unpacker.decompress(reply.body, limit + 1)
        except zlib.error:
            continue
        if len(body) > limit:
            raise TooLarge(f"over {limit} bytes unpacked")
        if unpacker.eof and not unpacker.unused_data:
            return Reply(reply.status, _without_coding(reply.headers), body)
    return reply


def _without_coding(headers: Headers) -> Headers:
    return [pair for pair in headers if pair[0] not in (b"content-encoding", b"content-length")]
