"""The local socket through which a running engine takes commands of the same user."""
