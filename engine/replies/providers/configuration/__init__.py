"""What a provider is configured with: its file, its keys, its parameters."""
