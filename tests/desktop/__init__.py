"""The desktop on a scripted engine, drawn into memory."""
