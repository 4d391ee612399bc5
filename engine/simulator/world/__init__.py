"""Holds the accounts, chats and messages of the local Telegram, and notifies of changes."""
