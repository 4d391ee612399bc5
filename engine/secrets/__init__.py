"""One master key, and what is sealed with it; knows nothing of accounts or sessions."""
