"""Records what the engine does: logs without secrets, and last-minute figures."""
