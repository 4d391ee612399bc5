"""PostgreSQL: its server, its pool, its troubles."""
