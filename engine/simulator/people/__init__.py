"""Scripts the people who write in the local Telegram."""
