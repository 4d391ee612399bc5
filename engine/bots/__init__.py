"""One bot, its handlers and limits, and the fleet of them."""
