"""Providers over HTTP: addresses, requests, streamed answers."""
