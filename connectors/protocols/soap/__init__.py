"""SOAP backends: the WSDL is a vendored file, zeep reads it, everything on the wire is ours.

client.py         a call: encode, protect, send, look for a fault, verify, decode
wsdl.py           one port of a WSDL: its operations, none of them lost
operation.py      encode and decode of one operation: the seam between protocol and codec
compiled.py       an operation by codecs that are compiled from the schema
codec/            the codecs: values to XML and back, per type
schema.py         whether a message is what the WSDL declares, by libxml2
envelope.py       a reply read with suspicion
attachments.py    replies with parts beside the envelope: MTOM, SOAP with Attachments
faults.py         what a fault means, as a vendor's table of rules
protection.py     the header of a request, and what a reply's header has to hold
security/         WS-Security: passwords, signatures, time stamps, replays
addressing.py     WS-Addressing 1.0
skeleton.py       the shape of a message for a log, without any value

vendored.py       the files as pinned; nothing else is ever read
vendoring/        how a WSDL becomes a folder of pinned files
well_known/       schemas that WSDLs refer to by address
fidelity.py       how much of a WSDL we hold to, found before the first call
fidelity_text.py  the same for people
command.py        `strata wsdl add | report | check`
"""
