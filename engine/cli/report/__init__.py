"""Gathers what `gavatcore report` shows."""
