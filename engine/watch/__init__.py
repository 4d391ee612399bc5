"""Measures the engine, judges what it finds, and acts on it."""
