"""One Telegram account: its session and its client."""
