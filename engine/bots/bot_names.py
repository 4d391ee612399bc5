"""Keeps what people call each bot."""


class BotNames:
    """Names by account: the one on Telegram once it is known, before that the account's own."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def add(self, account: str) -> None:
        """Add a bot, and keep a name it already has."""
        self._names.setdefault(account, account)

    def learn(self, account: str, name: str) -> None:
        """Note the bot's name on Telegram."""
        self._names[account] = name

    def of(self, account: str) -> str:
        """Return the bot's name."""
        return self._names.get(account, account)

    def __len__(self) -> int:
        return len(self._names)
