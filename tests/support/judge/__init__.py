"""Judges of what bots say; they share no code with what they judge."""
