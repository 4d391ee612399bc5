"""Limits calls to a provider: budgets, breaker, queue."""
