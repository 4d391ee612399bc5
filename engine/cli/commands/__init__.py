"""Implements the commands of the terminal; each module is named after its first word."""
