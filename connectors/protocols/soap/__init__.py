"""SOAP backends: the WSDL is a vendored file, zeep reads it, everything on the wire is ours.

vendored.py   the files as pinned; nothing else is ever read
wsdl.py       one port of a WSDL: its operations, none of them lost
schema.py     whether a message is what the WSDL declares, by libxml2
operation.py  encode and decode of one operation: the seam a compiled codec can replace
envelope.py   a reply read with suspicion
faults.py     what a fault means, as a vendor's table of rules
client.py     a call: encode, send, judge, decode
"""
