"""Defines who a bot is, and what it says without a model."""
