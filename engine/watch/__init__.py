"""Observes the engine, judges the findings, and acts on them."""
