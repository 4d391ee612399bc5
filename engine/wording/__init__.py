"""Sentences and figures as a person reads them, in the language in use, without Qt."""
