"""Handles one bot's messages, from arrival to answer."""
