"""How a test or a demo drives the local Telegram."""
