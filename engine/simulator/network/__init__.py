"""Implements the local Telegram's side of MTProto."""
