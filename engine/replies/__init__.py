"""Finds a bot's answer to a message."""
