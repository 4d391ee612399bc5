"""Live charts over the engine's history."""
