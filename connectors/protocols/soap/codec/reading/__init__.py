"""From the vendored documents to shapes, on demand: a WSDL may declare a thousand types.

documents.py   what the schemas declare globally, and where
builtins.py    the types every schema has
simple.py      simple types and their facets
content.py     groups, elements, wildcards and attributes
types.py       the types and elements by name, each once
"""
