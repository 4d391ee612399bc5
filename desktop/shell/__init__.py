"""What surrounds the window: tray, notifications, screen, single instance."""
