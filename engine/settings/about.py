"""Describes a settings field beyond its type and default, and defines shared bounds."""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from msgspec import Meta

Positive = Annotated[int, Meta(gt=0)]
Natural = Annotated[int, Meta(ge=0)]  # 0 often means no limit
Amount = Annotated[float, Meta(ge=0)]


class Applied(enum.StrEnum):
    """The time when a changed setting takes effect."""

    AT_START = "at_start"
    WHILE_RUNNING = "while_running"


@dataclass(frozen=True, slots=True)
class About:
    """The texts about a field; sentences are message ids, translated when they are shown."""

    sentence: str
    section: str = ""  # heading that begins above this field
    allowed: str = ""  # the form of a value, if type and bounds do not tell
    check: Callable[[Any], bool] | None = None  # returns True if a value of the type may be used
    applied: Applied = Applied.AT_START
