"""Lets a test or a demo control the local Telegram."""
