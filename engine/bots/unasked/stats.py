"""Counts unprompted messages for the snapshot."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnnouncementStats:
    """The figures of the announcer."""

    subscribed: int = 0  # chats that get announcements
    paused: int = 0  # chats whose announcements are paused
    sent: int = 0  # since the engine started
    dropped: int = 0  # planned but not sent: too late, or no longer wanted


@dataclass(frozen=True, slots=True)
class TalkStats:
    """The figures of talk in groups."""

    groups: int = 0  # groups that asked for it
    sent: int = 0  # since the engine started
    dropped: int = 0  # planned but not sent: too late, or no longer wanted
    speechless: int = 0  # times that no text came
