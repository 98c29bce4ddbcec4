"""An OpenAPI 3.0 or 3.1 document as the model of system.py.

document.py     the document, and what a $ref in it means
operations.py   its operations: parameters, bodies, the answer that counts
types.py        its schemas as records and listings
leaves.py       its simple schemas, as far as our contracts hold them, each with a valid example
"""
