"""A warehouse without an API: its database is all there is, and others write to it too.

The rule of the house: who allocates, confirms or moves stock first locks the STOCKBAL rows it is
about, in the order of ITEM_NO and LOC_CD. What can be promised of a row is ON_HAND less PICKED, less
the lines of open allocations (until VALID_TO) and confirmed ones. See schema.sql.
"""
