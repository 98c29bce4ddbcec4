"""SQL databases: PostgreSQL, MySQL and MariaDB, SQLite, through SQLAlchemy core.

A vendor's file says its statements once (`statements.py`), opens an `SqlBackend` (`backend.py`) and
reads cells with `values.py`. SQLAlchemy takes most of a second to import, so only a backend that is
opened does.
"""
