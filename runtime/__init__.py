"""What every API runs on.

A module belongs here when at least two layers need it and it knows no vendor and no business noun.
Each file is named for the one promise it keeps.
"""
