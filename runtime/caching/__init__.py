"""Answers of reads, kept as long as their contract allows.

freshness.py   what a contract says: `x-cache`
read_cache.py  the answers kept, one flight per key to make one
conditional.py the headers that tell a caller what it got
metrics.py     how answers were found
"""
