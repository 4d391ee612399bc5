"""Handles unprompted messages: announcements and talk."""
