"""Describes why Redis cannot be used: it refuses, is not ready, or does not answer.

The kinds are the error codes of Redis (https://redis.io/docs/latest/develop/reference/protocol-spec
and src/server.c), most of which redis-py turns into classes.
"""

import socket
import ssl
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from redis.exceptions import (
    AskError,
    AuthenticationError,
    BusyLoadingError,
    ClusterDownError,
    MasterDownError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    ResponseError,
)

from engine.language import _

_DEEPEST = 10  # length of a chain of causes


def refusal_sentence(url: str, error: BaseException) -> str:
    """Return the problem and its remedy in words; contains nothing of Redis' text or of secrets."""
    parts = urlsplit(url)
    behind = list(_behind(error))
    for sentence in (_by_class, _by_code, _by_connection):
        for one in behind:
            if said := sentence(one, parts.password is not None):
                return said.format(server=_server(url), database=parts.path.strip("/") or "0")
    if parts.scheme.startswith("rediss"):
        text = _(
            "Redis at {server} does not answer with TLS, as REDIS_URL asks (rediss://): the caches "
            "do without until it does."
        )
    else:
        text = _("Redis at {server} does not answer: the caches do without until it does.")
    return text.format(server=_server(url))


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error and its causes, nearest first."""
    for _step in range(_DEEPEST):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _server(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return parts.path
    return f"{parts.hostname or 'localhost'}:{parts.port or 6379}"


def _by_class(error: BaseException, password_given: bool) -> str:
    for kinds, sentence in _CLASSES:
        if isinstance(error, kinds):
            return sentence(password_given)
    return ""


def _password(password_given: bool) -> str:
    if password_given:
        return _(
            "Redis at {server} refuses the user name or password in REDIS_URL: the caches do "
            "without until it is right."
        )
    return _(
        "Redis at {server} asks for a password and REDIS_URL has none: write it as in "
        "redis://:password@host:6379/0."
    )


_CLASSES: tuple[tuple[type[BaseException], Callable[[bool], str]], ...] = (
    (AuthenticationError, _password),
    (
        NoPermissionError,
        lambda _given: _(
            "Redis at {server} does not permit its user what the caches need: all commands on keys "
            "that begin with gavatcore: (ACL SETUSER)."
        ),
    ),
    (
        ReadOnlyError,
        lambda _given: _(
            "Redis at {server} is a replica, which takes no writes: name its primary in REDIS_URL."
        ),
    ),
    (
        OutOfMemoryError,
        lambda _given: _(
            "Redis at {server} has used up its memory: raise maxmemory, or set maxmemory-policy "
            "to allkeys-lru."
        ),
    ),
    (
        BusyLoadingError,
        lambda _given: _(
            "Redis at {server} is still loading its data: the caches do without until it is done."
        ),
    ),
    (
        MasterDownError,
        lambda _given: _(
            "Redis at {server} is a replica that has lost its primary: name one that is up in "
            "REDIS_URL."
        ),
    ),
    (
        ClusterDownError,
        lambda _given: _(
            "The Redis cluster at {server} says that it is down: the caches do without until all "
            "its slots are served."
        ),
    ),
    (
        AskError,  # and MovedError
        lambda _given: _(
            "Redis at {server} belongs to a cluster: begin REDIS_URL with redis+cluster://."
        ),
    ),
)


def _by_code(error: BaseException, _password_given: bool) -> str:
    """Return the sentence for errors without a class in redis-py."""
    text = str(error)
    if "max number of clients" in text:
        return _("Redis at {server} takes no more connections: raise maxclients.")
    if not isinstance(error, ResponseError | RedisClusterException):
        return ""
    for part, sentence in _codes():
        if part in text:
            return sentence
    if isinstance(error, ResponseError):
        return _(
            "Redis at {server} refuses what the caches ask of it: they do without. Its own log may "
            "say why."
        )
    return ""


def _codes() -> Iterator[tuple[str, str]]:
    yield (
        "DB index is out of range",
        _("Redis at {server} has no database {database}: mend the number that ends REDIS_URL."),
    )
    yield (
        "MISCONF",
        _("Redis at {server} cannot save its data and takes no writes: its disk may be full."),
    )
    yield (
        "NOREPLICAS",
        _("Redis at {server} takes no writes without enough replicas: bring them back."),
    )
    yield (
        "DENIED",
        _("Redis at {server} lets in nobody from other machines: give it a password."),
    )
    for none in ("cluster support disabled", "Cluster mode is not enabled"):
        yield none, _("Redis at {server} is no cluster: begin REDIS_URL with redis://.")
    for old in ("unknown command", "wrong number of arguments", "Unsupported option"):
        yield old, _("Redis at {server} is too old for the caches: they need Redis 7 or newer.")


def _by_connection(error: BaseException, _password_given: bool) -> str:
    if isinstance(error, ssl.SSLError):
        return _(
            "Redis at {server} and this machine do not agree on TLS (rediss://): look at its "
            "certificate."
        )
    if isinstance(error, socket.gaierror):
        return _("The machine in REDIS_URL is not found: {server}. The caches do without.")
    return ""
