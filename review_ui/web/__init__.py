"""The frame of every screen: security, sessions, forms, words, errors, transactions."""
