"""Keeps what bots remember of the people they talk with."""
