"""Loads what will be asked for before it is, where that pays."""
