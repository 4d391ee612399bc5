"""Checks texts of the right type: URLs, addresses."""

from urllib.parse import urlsplit

from engine.settings.secret import Secret


def is_redis_url(url: Secret) -> bool:
    """Return True if the URL leads to a server, with a numeric port and database."""
    try:
        parts = urlsplit(url.get_secret_value())
        port = parts.port  # raises if it is no number
    except ValueError:
        return False
    if parts.scheme == "unix":
        return bool(parts.path)
    known = parts.scheme.removesuffix("+cluster") in {"redis", "rediss"}
    database = parts.path.strip("/") or "0"
    leads_somewhere = bool(parts.netloc or parts.path or parts.query)  # redis:///0 means localhost
    return known and leads_somewhere and port != 0 and database.isdecimal()


def is_address(text: str) -> bool:
    """Return True for the form host:port."""
    host, _colon, port = text.rpartition(":")
    return bool(host and port.isdecimal() and port.isascii() and 0 < int(port) < 65536)
