"""What must outlive the process: one schema on SQLite or PostgreSQL, written in groups."""
