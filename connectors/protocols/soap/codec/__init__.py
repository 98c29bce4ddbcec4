"""Compiled SOAP codecs: from a schema, per type, what turns values into XML and XML into values.

shapes.py     the schema as a small model, with every facet; what codecs, reports and generators read
reading/      from the vendored documents to shapes
"""
