"""Signing in: accounts, passwords, throttling, OpenID Connect."""
