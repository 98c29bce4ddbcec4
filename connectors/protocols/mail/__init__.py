"""Mail over SMTP (RFC 5321) to a relay: encrypted, one letter a connection, no header smuggled in."""
