"""Values to XML, checked on the way: types, facets, order and number, names nobody declared.

encoder.py   per type, the function that writes an element of it
typed.py     elements that may be of a derived type
mapping.py   what an element holds: attributes, a text, or parts
straight.py  the content of types that have one order, in one go
parts.py     elements, wildcards and groups of a mapping
open.py      what the schema leaves open, and arrays
escaping.py  texts, names and prefixes in XML
"""
