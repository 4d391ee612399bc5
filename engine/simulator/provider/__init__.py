"""A local OpenAI-compatible LLM provider in a process of its own."""
