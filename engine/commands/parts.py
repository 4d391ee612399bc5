"""Lists the parts of a data directory that a running engine can read again."""

import enum


class Part(enum.StrEnum):
    """Groups of files, in the order in which they are read."""

    ACCOUNTS = "accounts"  # including the sealed API hash
    PAUSES = "pauses"  # refused bots are tried again as well
    PERSONAS = "personas"  # personas of bots, and announcements
    PROVIDERS = "providers"  # including their sealed keys
    SUBSCRIPTIONS = "subscriptions"  # to announcements and talk, in the database
