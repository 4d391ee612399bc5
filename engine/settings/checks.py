"""Whether a text that has the right type may be used: tokens, URLs, addresses."""

from engine.settings.secret import Secret


def are_tokens(tokens: tuple[Secret, ...]) -> bool:
    """Whether each looks like a bot's token and none names the same bot as another."""
    parts = [token.get_secret_value().partition(":") for token in tokens]
    numbers = {number for number, _colon, _secret in parts}
    return len(numbers) == len(parts) and all(
        number.isdecimal() and number.isascii() and colon and len(secret) >= 20
        for number, colon, secret in parts
    )


def is_redis_url(url: Secret) -> bool:
    scheme, separator, server = url.get_secret_value().partition("://")
    known = scheme.removesuffix("+cluster") in {"redis", "rediss"} or scheme == "unix"
    return bool(known and separator and server)


def is_address(text: str) -> bool:
    """Whether it is host:port."""
    host, _colon, port = text.rpartition(":")
    return bool(host and port.isdecimal() and port.isascii() and 0 < int(port) < 65536)
