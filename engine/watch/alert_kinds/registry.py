"""Lists every kind of alert, in the order in which they are judged."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from engine.watch.alert import AlertFigures
from engine.watch.alert_kinds.bot_refused import BotRefused
from engine.watch.alert_kinds.bot_rival import BotRival
from engine.watch.alert_kinds.bots_deaf import BotsDeaf
from engine.watch.alert_kinds.bots_flooded import BotsFlooded
from engine.watch.alert_kinds.bots_muted import BotsMuted
from engine.watch.alert_kinds.bots_offline import BotsOffline
from engine.watch.alert_kinds.cache_trouble import CacheTrouble
from engine.watch.alert_kinds.cpu_high import CpuHigh
from engine.watch.alert_kinds.files_short import FilesShort
from engine.watch.alert_kinds.internal_error import InternalError
from engine.watch.alert_kinds.loop_slow import LoopSlow
from engine.watch.alert_kinds.memory_high import MemoryHigh
from engine.watch.alert_kinds.messages_expired import MessagesExpired
from engine.watch.alert_kinds.messages_unreadable import MessagesUnreadable
from engine.watch.alert_kinds.storage_trouble import StorageFailing
from engine.watch.alert_kinds.telegram_unreachable import TelegramUnreachable

ALERT_KINDS: Final[tuple[type[AlertFigures], ...]] = (
    BotRefused,
    TelegramUnreachable,
    BotsOffline,
    BotRival,
    BotsDeaf,
    BotsFlooded,
    BotsMuted,
    StorageFailing,
    CacheTrouble,
    FilesShort,
    MessagesExpired,
    MessagesUnreadable,
    InternalError,
    MemoryHigh,
    CpuHigh,
    LoopSlow,
)

_BY_CODE: Final = {kind.code: kind for kind in ALERT_KINDS}


def read_figures(code: str, values: Mapping[str, Any]) -> AlertFigures | None:
    """Return the figures of a kind from their stored form.

    None if this version does not know the kind, or cannot read the figures.
    """
    kind = _BY_CODE.get(code)
    if kind is None:
        return None
    try:
        # Not strict: former versions stored booleans as 1 and whole numbers as fractions.
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError:
        return None
