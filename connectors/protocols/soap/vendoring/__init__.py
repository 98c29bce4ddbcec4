"""`strata wsdl`: how a WSDL becomes a folder of pinned files, and what is then known of it.

documents.py    one WSDL or schema, read with suspicion, and what it refers to
gather.py       a WSDL with all it imports, flat, every reference leading to a file beside it
supplied.py     imports a schema needs and forgot
folder.py       the folder: written at once, with its pins; which file is the WSDL
declared.py     ports and operations, as the WSDL itself declares them
reading.py      the documents of a vendored WSDL, followed from the first
differences.py  what another version of a WSDL adds, takes away and changes
adding.py       gathered, tried, compared, and put in place
facets.py       what the schemas say of values: enumerations, patterns, lengths, ranges
"""
