"""What bots say without being asked: announcements and talk."""
