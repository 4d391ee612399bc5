"""Stores data about people: consents, subscriptions, memories; and erases it."""
