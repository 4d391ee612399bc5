"""One event loop for Qt and the engine."""
