"""Runs the demo: a local Telegram and provider, an engine on them, and a report."""
