"""Defines every operator command once, and how a running engine receives it."""
