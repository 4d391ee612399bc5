"""The Qt tray application that embeds one engine in its own event loop."""
