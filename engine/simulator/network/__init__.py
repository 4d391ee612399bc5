"""The local Telegram's side of MTProto."""
