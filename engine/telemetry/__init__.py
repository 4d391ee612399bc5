"""What the engine records of itself: logs and their redaction."""
