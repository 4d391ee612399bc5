"""One account's connection, and what comes over it."""
