"""The loop solver: closed forms of carried values by the shape of their step. Untrusted."""
