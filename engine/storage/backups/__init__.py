"""Backups: made, checked, copied away."""
