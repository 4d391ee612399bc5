"""Connects commands of the same user to a running engine through a local socket."""
