"""Event clustering: which articles tell of one happening, which are near-duplicates, what each event looks like."""
