"""Completions from language models of several providers, within limits and budgets."""
