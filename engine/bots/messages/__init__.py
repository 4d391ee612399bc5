"""One bot's messages, from arrival to answer."""
