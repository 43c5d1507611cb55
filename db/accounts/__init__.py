"""Users, tokens, limits of sign-in, identities of an OpenID provider."""
