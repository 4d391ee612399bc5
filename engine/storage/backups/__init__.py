"""Makes backups, checks them, and copies them away."""
