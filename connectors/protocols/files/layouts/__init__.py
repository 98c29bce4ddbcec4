"""What the bytes of a file mean, declared as data; read with bounded memory, written from the same.

`layout.py` has the words to declare one with, `kinds.py` the types of its fields. `reading.py` makes
rows of bytes, `judging.py` says whether a file fits as a whole, `rendering.py` makes bytes of rows.
"""
