"""Simple values: what Python makes of a text, what text is made of a value, what a type allows.

values.py       the values Python has no type for
spaces.py       white space as XML understands it
lexical.py      how the texts of the built-in types look
expressions.py  patterns, as XML Schema writes them
automata.py     whether a text matches one, in linear time
parsing.py      texts of the built-in types to values
printing.py     values to texts of the built-in types
facets.py       whether a text is one of a simple type
simple.py       all of it for one simple type
"""
