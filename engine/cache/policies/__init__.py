"""Decides what a full memory cache keeps: stores bounded by entries and by bytes."""
