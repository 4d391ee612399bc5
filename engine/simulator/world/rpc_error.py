"""Defines the error answer of an RPC, with Telegram's names."""


class RpcError(Exception):
    """`code` as in HTTP, `message` in capitals: https://core.telegram.org/api/errors."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message
