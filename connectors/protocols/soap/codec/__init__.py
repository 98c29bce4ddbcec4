"""Compiled SOAP codecs: from a schema, per type, what turns values into XML and XML into values.

shapes.py      the schema as a small model, with every facet; what codecs, reports and generators read
reading/       from the vendored documents to shapes
messages.py    what an operation sends and gets, as shapes
obstacles.py   why a type cannot be compiled
fallback.py    such types, by zeep
codecs.py      what the operations of a port share
once.py        functions made of types, each once
written.py     functions written as Python source
texts/         simple values: facets, texts to values and back
encoding/      values to XML, checked on the way
references.py  SOAP-encoded replies: what is referred to, put in its place
judging/       whether a reply is as declared, and what was added to it
decoding/      elements to values
names.py       names in Clark notation
errors.py      what is wrong in a message, by path
"""
