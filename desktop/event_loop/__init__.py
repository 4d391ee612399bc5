"""Runs Qt and the engine in one event loop."""
