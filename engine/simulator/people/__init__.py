"""Who writes in the local Telegram, and what."""
