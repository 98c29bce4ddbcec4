"""Files over a local folder or SFTP: picked up once, read as declared, written whole.

`backend.py` reaches a folder (`local.py`, `sftp.py`) under one policy for deadline, attempts and
log; `pickup.py` takes complete files out of it, each once, and hands their rows over; `layouts/`
says as data what the bytes of a file mean.
"""
