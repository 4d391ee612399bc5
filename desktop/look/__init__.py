"""Theme, colours, icons and states."""
