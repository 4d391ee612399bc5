"""Holds the dialogs: questions and tables that want an answer."""
