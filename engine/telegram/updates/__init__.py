"""What Telegram tells an account, in order and without gaps."""
