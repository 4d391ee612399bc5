"""Data files of the product; holds no code."""
