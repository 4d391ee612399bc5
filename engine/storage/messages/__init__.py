"""Stores messages: incoming, outgoing, and the duration of each step."""
