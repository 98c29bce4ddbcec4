"""What durability costs: our embedded flow engine, DBOS, and no durability at all."""
