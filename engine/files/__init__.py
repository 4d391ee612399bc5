"""The files of a data directory: found, read, judged, written, locked."""
