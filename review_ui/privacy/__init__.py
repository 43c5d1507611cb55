"""Names of private persons by initials."""
