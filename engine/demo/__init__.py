"""The demo: a local Telegram and provider, an engine on them, and the report of the run."""
