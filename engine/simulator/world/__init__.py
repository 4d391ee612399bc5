"""Who there is in the local Telegram, what is written, and who is told of it."""
