"""Implements the commands for a terminal."""
