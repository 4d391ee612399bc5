"""Runs a fleet of Telegram bots without any window, observes its own state, and acts on it."""
