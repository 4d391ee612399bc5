"""Operator commands and their control socket."""
