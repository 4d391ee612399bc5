"""Parts that an engine is assembled of."""
