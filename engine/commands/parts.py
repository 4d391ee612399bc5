"""What of a data directory a running engine can read again."""

import enum


class Part(enum.StrEnum):
    """Several files each; in this order they are read."""

    ACCOUNTS = "accounts"  # and the sealed API hash
    PAUSES = "pauses"  # refused bots are tried again as well
    PERSONAS = "personas"  # who speaks as whom, and what is announced
    PROVIDERS = "providers"  # and their sealed keys
    SUBSCRIPTIONS = "subscriptions"  # to announcements and talk, in the database
