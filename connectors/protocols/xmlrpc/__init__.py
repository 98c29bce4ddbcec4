"""XML-RPC over HTTP (http://xmlrpc.com/spec.md), with the `i8` and `nil` that most servers know.

The standard library's own client expands entities and takes any depth and any number: not used.
"""
