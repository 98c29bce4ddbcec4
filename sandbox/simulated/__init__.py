"""What `strata new` makes a simulated backend of: one general engine per protocol, told by files.

documents.py   what a write left behind, found again by its keys
echo.py        an example answer with what was kept in the places it belongs
soap.py        SOAP: operations.yaml says which operation keeps, shows or forgets; replies/ holds examples
rest.py        REST: operations.yaml says the same, and holds the examples

A service made of it is a folder of such files (sandbox/NAME/). Once it has to know more than what it
was told - codes, refusals, states - it is time for a module of its own beside them.
"""
