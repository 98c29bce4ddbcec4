"""The crash matrix: kill -9 at every write of the journal and in every call, whatever else goes wrong.

`python -m tests.crash_matrix` (or `make crash`). The real APIs, flows and connectors run in a process
that is forked for each life and killed in it; the backends are processes of their own, which survive
and remember. What they remember is weighed: they know nothing of us, so the judge does not either.

flows/       what is tested: an entry per flow, with what its callers ask and who judges it
variants.py  what else goes wrong: the request comes twice, a reply is lost, a call comes late, …
kills.py     when a process ends
cases.py     which combinations there are, each with a name that repeats it
engines.py   the flow engines, a module each
stage.py     a sandbox and a warm platform: plays a case
lives.py     the processes of a case, and life.py: what one does between its fork and its end
told.py      what they tell before they end
books.py     what the backends say happened
judge.py     what must never be
sabotage.py  breaks that the matrix has to find
pool.py      workers that share the cases
report.py    the progress, the table and the last line
"""
