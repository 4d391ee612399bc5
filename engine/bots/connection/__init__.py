"""Keeps a bot connected, and finds out why it is silent."""
