"""Words the state of the caches and their levels."""

from engine.cache.stats import CacheStats, Level, LevelStats
from engine.language import _, ngettext, number
from engine.wording.cell import Cell, Row
from engine.wording.formatting import NO_VALUE, compact, mebibytes, percent
from engine.wording.states import State

_LEVELS = tuple(Level)
_SHOWN = 0.1 * 1024 * 1024  # bytes; fewer would read as none


def level_word(level: Level) -> str:
    """Return the name of a level."""
    return {Level.MEMORY: _("Memory"), Level.REDIS: _("Redis"), Level.DISK: _("Disk")}[level]


def cache_row(cache: CacheStats) -> Row:
    """Return the cells of a row in the table of caches."""
    levels = {level.level: level for level in cache.levels}
    return (
        Cell(cache.name),
        _trouble(cache),
        _entries(cache),
        _size(cache),
        _ratio(cache.hit_ratio, _("Nobody asked in the last minute.")),
        *(_level(levels.get(level)) for level in _LEVELS),
    )


def _entries(cache: CacheStats) -> Cell:
    more = _("of {most} at most; {evicted} evicted, {expired} expired").format(
        most=number(cache.capacity),
        evicted=number(cache.evictions),
        expired=number(cache.expirations),
    )
    return Cell(str(compact(cache.entries)), more)


def _size(cache: CacheStats) -> Cell:
    more = _("of {most} at most").format(most=mebibytes(cache.bytes_capacity))
    if cache.compression_ratio is not None:
        ratio = percent(cache.compression_ratio * 100)
        more += "\n" + _("Compressed values take {percent} of their size.").format(percent=ratio)
    if 0 < cache.bytes < _SHOWN:
        return Cell(f"<{mebibytes(_SHOWN, 1).number}", more)
    return Cell(mebibytes(cache.bytes, 1).number, more)


def _ratio(ratio: float | None, nobody: str) -> Cell:
    return Cell(NO_VALUE, nobody) if ratio is None else Cell(percent(ratio * 100, 0))


def _level(level: LevelStats | None) -> Cell:
    if level is None:
        return Cell("", _("This cache does without."))
    if level.hit_ratio is None:
        return Cell(NO_VALUE, _("Nobody asked yet."))
    more = _("{hits} of {asked} found there").format(
        hits=number(level.hits), asked=number(level.hits + level.misses)
    )
    return Cell(percent(level.hit_ratio * 100, 0), more)


def _trouble(cache: CacheStats) -> Cell:
    away = [level_word(level.level) for level in cache.levels if not level.available]
    if away:
        text = _("{levels} away").format(levels=", ".join(away))
        return Cell(text, _("The cache goes on without it until it is back."), State.DEGRADED)
    if cache.undecodable:
        text = ngettext("{count} not readable", "{count} not readable", cache.undecodable)
        more = _("Values another version stored are passed over.")
        return Cell(text.format(count=number(cache.undecodable)), more, State.DEGRADED)
    return Cell(_("ok"), "", State.NORMAL)
