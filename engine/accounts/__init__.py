"""Which accounts there are, and their sealed tokens; knows no connection."""
