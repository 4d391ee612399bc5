"""Messages: what came in, what went out, how long each step took."""
