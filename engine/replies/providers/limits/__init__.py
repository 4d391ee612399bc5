"""Limits calls to a provider: budgets, breaker, pace."""
