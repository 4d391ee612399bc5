"""Caches with patience: the machine's other work must not pass for a slow disk or a lost Redis."""

from typing import Any

import pytest

from engine.cache import named
from engine.cache.disk import store as disk
from engine.cache.redis import link as redis_link

PATIENCE = 60.0  # s


class _PatientLink(redis_link.RedisLink):
    def __init__(self, url: str, **options: Any) -> None:
        super().__init__(url, budget=PATIENCE, **options)


def be_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have caches wait for whatever they ask of a level."""
    types = named._Redis(_PatientLink, named._redis().level)
    monkeypatch.setattr(named, "_redis", lambda: types)
    monkeypatch.setattr(redis_link, "_RETURN_BUDGET", PATIENCE)
    monkeypatch.setattr(disk, "_READ_BUDGET", PATIENCE)
    monkeypatch.setattr(disk, "_WRITE_BUDGET", PATIENCE)
