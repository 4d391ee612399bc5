"""Whether a bot is connected, and why it is silent if it is."""
