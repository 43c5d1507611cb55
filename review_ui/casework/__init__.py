"""A case as a guided file: what comes next, whose it is, and what is still missing."""
