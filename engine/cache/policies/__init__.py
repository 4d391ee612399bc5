"""What a cache in memory keeps when it is full: stores bounded by entries and by bytes."""
