"""Keeps one master key, and seals with it; knows nothing of accounts or sessions."""
