"""Presents snapshots as Qt item models."""
