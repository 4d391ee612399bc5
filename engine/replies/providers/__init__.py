"""Gets completions from several language model providers, within limits and budgets."""
