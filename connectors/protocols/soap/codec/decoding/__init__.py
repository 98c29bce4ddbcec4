"""Elements to values. What they hold has been judged before: here nothing is checked twice.

decoder.py     per type, the function that reads an element of it
mapping.py     elements that hold elements
straight.py    such whose children are known by their places
attributes.py  what is beside them
leaves.py      elements that hold a text
others.py      wildcards, and groups that repeat (groups.py)
runs.py        long runs of flat records, read field by field (columns.py)
wild.py        what the schema leaves open
"""
