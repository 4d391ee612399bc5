"""Whether a model's answer may be sent."""
