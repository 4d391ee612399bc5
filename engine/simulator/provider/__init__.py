"""Runs a local OpenAI-compatible LLM provider in its own process."""
