"""Receives Telegram's updates to an account, in order and without gaps."""
