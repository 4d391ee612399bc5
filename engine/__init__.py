"""The headless engine: runs a fleet of Telegram bots, knows how it is doing, and acts on it."""
