"""Talks to providers over HTTP: addresses, requests, streamed answers."""
