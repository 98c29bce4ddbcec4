"""Two third-party backends, really installed and really running: Tryton and localstripe.

Simulated backends prove what we thought of; these prove what we did not. Each lives in an
environment of its own, is pinned to the last transitive package, listens on loopback only
and dies with the process that started it. `python -m sandbox.real --help` says how.
"""
