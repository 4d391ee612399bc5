"""Finds, reads, checks, writes and locks the files of a data directory."""
