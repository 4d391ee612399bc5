"""Draws live charts of the engine's history."""
