"""How many calls a provider takes: budgets, breaker, pace."""
