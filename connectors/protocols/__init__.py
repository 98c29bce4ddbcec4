"""How any vendor is reached: no vendor and no business noun in here."""
