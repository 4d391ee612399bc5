"""The larger parts of an engine, each built from the rooms below."""
