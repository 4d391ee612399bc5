"""Handles what surrounds the window: tray, notifications, screen, single instance."""
