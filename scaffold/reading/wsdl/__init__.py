"""A WSDL as the model of system.py.

operations.py   its operations: which only read, where they lie in our contract
types.py        its complex types as records
leaves.py       its simple types as schemas, each with a valid example
patterns.py     its regular expressions as those of our contracts, and texts that match them
"""
