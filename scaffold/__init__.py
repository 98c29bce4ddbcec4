"""`strata new`: a whole System API from a WSDL, an OpenAPI document or nothing.

command.py     the command line: what is asked for, what was made, what is refused
making.py      from what was asked for to files in their places
system.py      the model between reading and writing: operations, records, leaves
names.py       their names as ours
reading/       a WSDL or an OpenAPI document as that model
examples.py    valid values for all of it, in their words and in ours
keeping.py     which operations of a SOAP service store, show and forget what
resources.py   the same of a REST service
writing/       that model as files: contract, port, connector, System API, simulator, tests
project.py     the files in the project: what is taken, and all made, or nothing
insertions.py  lines put into files that are there
proof.py       whether what was made can be served
"""
