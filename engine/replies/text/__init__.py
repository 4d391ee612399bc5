"""Reads, compares, cleans and cuts texts."""
