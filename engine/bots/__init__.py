"""Runs one bot, its handlers and limits, and the fleet of bots."""
