"""The memory of verified claims: which of them a text tells again, and in what it differs."""
