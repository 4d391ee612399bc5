"""Reads, writes, locks, checks and repairs session files."""
