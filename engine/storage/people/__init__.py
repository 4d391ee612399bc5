"""What is kept of people: consents, subscriptions, memories, and how it is erased."""
