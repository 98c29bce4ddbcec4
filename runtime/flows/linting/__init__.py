"""What can be known of a flow before it runs, from its source.

source.py       a function as a tree, and what the names in it stand for
paths.py        every order in which a flow may come by its steps (calls.py: within one expression)
checks.py       what is wrong with a step, given what came before it
outside.py      what a flow does beside its steps that a replay would do differently
explaining.py   what happens if a step fails, for each of them (wording.py: in words)
discovery.py    the flows there are
"""
