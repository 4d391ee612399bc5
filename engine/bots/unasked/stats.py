"""What bots say without having been asked, counted for the snapshot."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnnouncementStats:
    """What the announcer does."""

    subscribed: int = 0  # chats that get announcements
    paused: int = 0  # chats whose announcements are paused
    sent: int = 0  # since the engine started
    dropped: int = 0  # planned, and not sent: too late, or not wanted any more


@dataclass(frozen=True, slots=True)
class TalkStats:
    """What bots say of their own accord in groups."""

    groups: int = 0  # that asked for it
    sent: int = 0  # since the engine started
    dropped: int = 0  # planned, and not sent: too late, or not wanted any more
    speechless: int = 0  # times that no words came
