"""Decides whether a model's answer may be sent."""
