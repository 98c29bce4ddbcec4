"""Who is told what happens, and where. Telling them is not built yet; what it will need is kept."""
