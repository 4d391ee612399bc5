"""What the table says of a field beside its type and default, and the bounds several share."""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from msgspec import Meta

Positive = Annotated[int, Meta(gt=0)]
Natural = Annotated[int, Meta(ge=0)]  # 0 often stands for no limit
Amount = Annotated[float, Meta(ge=0)]


class Applied(enum.StrEnum):
    """When a changed setting takes effect."""

    AT_START = "at_start"
    WHILE_RUNNING = "while_running"


@dataclass(frozen=True, slots=True)
class About:
    """The sentences are message ids, said in the language in use when they are shown."""

    sentence: str
    section: str = ""  # the heading above it, where one begins
    allowed: str = ""  # what a value looks like, where type and bounds do not say it
    check: Callable[[Any], bool] | None = None  # whether a value of the type may be used
    applied: Applied = Applied.AT_START
