"""Whether an element is as the schema says, and if not, where and what is expected.

libxml2 judges most replies, at a thirtieth of the cost (../../schema.py). It says little of what it
refuses, cannot use some schemas, and knows neither rpc nor what a backend added since: that is done
here, element by element.

judge.py       elements, their types and attributes
said.py        the type an element says it is of
content.py     the order and number of the elements in one
inspector.py   all of it for the replies to one operation
additions.py   what a backend is known to have added
"""
