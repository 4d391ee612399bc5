"""Loads values before they are asked for, where that pays."""
