"""What the connectors of one vendor share across capabilities: its dialect, not its business.

A vendor that serves one capability keeps all of it there; what any vendor speaks is a protocol.
"""
