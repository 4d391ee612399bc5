"""Session files: read, written, locked, checked and repaired."""
