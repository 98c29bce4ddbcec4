"""What a SOAP call costs the caller: Strata beside zeep and npm's `soap`, on the same prepared replies.

orders.py    the replies, and what a client has to have understood of one
server.py    answers them, in a process of its own
clients/     one client each, in a process of its own
child.py     a client's process: makes calls when told to, and tells their CPU time
processes.py starts those processes and asks them
npm.py       installs the npm package, once
"""
