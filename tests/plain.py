"""TLS for clients that ask our own servers, which speak plain HTTP."""

import ssl

NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Whom they trust. To read the certificates of those the world trusts takes longer than to ask."""
