"""Provides a local Telegram and a local LLM provider, for the demo and the tests."""
