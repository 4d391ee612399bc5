"""What people call each bot."""


class BotNames:
    """By account: the name on Telegram once it is known, until then the account's own."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def add(self, account: str) -> None:
        """Know of a bot, and keep the name it had."""
        self._names.setdefault(account, account)

    def learn(self, account: str, name: str) -> None:
        """Keep what Telegram calls the bot."""
        self._names[account] = name

    def of(self, account: str) -> str:
        """Return the bot's name."""
        return self._names.get(account, account)

    def __len__(self) -> int:
        return len(self._names)
