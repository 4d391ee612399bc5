"""Finds every mistake in the contents of a file or a person's input, in our own words.

The types are msgspec's, which itself stops at the first mistake and speaks only English.
"""

import difflib
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from msgspec import inspect

from engine.language import _, ngettext

_Table = inspect.StructType | inspect.DataclassType
Place = tuple[int | str, ...]
"""Keys, and positions in lists counted from 0."""

_LONGEST: Final = 60  # letters of a value that are repeated


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake; `what` continues the field's name: "must be at most 120, not 300"."""

    place: Place
    what: str
    is_missing: bool = False  # True if the last step of the place does not exist

    @property
    def field(self) -> str:
        """The field as a person counts: stances[2].position belongs to the second stance."""
        path = ""
        for step in self.place:
            path += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if path else step
        return path


def find_problems(value: object, kind: Any, *, secret: bool = False) -> Iterator[Problem]:
    """Yield every mistake that keeps `value` from being a `kind`.

    With `secret`, no text of it is repeated. A Struct may add rules in a class method `mistakes`,
    which gets a table that is sound so far and yields fields and mistakes.
    """
    return _Judge(secret).judge(value, inspect.type_info(kind), ())


def near_or_all(key: str, allowed: Sequence[str]) -> str:
    """Return the text for an unknown key: the likely one, or all allowed ones."""
    close = difflib.get_close_matches(key, allowed, 1)
    if close:
        return _("is not a key here; perhaps {close} is meant").format(close=close[0])
    return _("is not a key here; allowed are {allowed}").format(allowed=", ".join(allowed))


def shown(value: object) -> str:
    """Return `value` in TOML, shortened if it is long."""
    if isinstance(value, str):
        return repr(value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…")
    if (
        isinstance(value, int) and value.bit_length() > _LONGEST * 3
    ):  # Python may refuse to convert it
        return _("a number of very many digits")
    if isinstance(value, bool):
        return str(value).lower()
    sorts = {list: _("a list"), dict: _("a table"), type(None): _("nothing")}
    return sorts.get(type(value)) or str(value)


class _Judge:
    def __init__(self, secret: bool) -> None:
        self._secret = secret

    def judge(self, value: object, kind: inspect.Type, place: Place) -> Iterator[Problem]:
        handler = _HANDLERS.get(type(kind))
        if handler is not None:
            yield from handler(self, value, kind, place)

    def must(self, what: str, value: object, place: Place) -> Problem:
        """Return the problem that a value is of another kind than `what`."""
        if self._secret and isinstance(value, str):
            return Problem(place, _("must be {what}").format(what=what))
        template = _("must be {what}, not {value}")
        return Problem(place, template.format(what=what, value=shown(value)))

    def text(self, value: object, kind: inspect.StrType, place: Place) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield self.must(_("text in quotes"), value, place)
        elif kind.min_length and not value:
            yield Problem(place, _("must not be empty"))
        elif kind.max_length is not None and len(value) > kind.max_length:
            template = ngettext(
                "must have at most {count} letter", "must have at most {count} letters",
                kind.max_length,
            )  # fmt: skip
            yield Problem(place, template.format(count=kind.max_length))
        elif kind.pattern is not None and not re.search(kind.pattern, value):
            yield Problem(place, _("has a character that may not stand here, or too many of them"))

    def whole(self, value: object, kind: inspect.IntType, place: Place) -> Iterator[Problem]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield self.must(_("a whole number"), value, place)
        else:
            yield from self.bounds(value, kind, place)

    def number(self, value: object, kind: inspect.FloatType, place: Place) -> Iterator[Problem]:
        if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
            yield self.must(_("a number"), value, place)
        else:
            yield from self.bounds(value, kind, place)

    def bounds(
        self, value: float, kind: inspect.IntType | inspect.FloatType, place: Place
    ) -> Iterator[Problem]:
        if kind.ge is not None and value < kind.ge:
            yield self.must(_("at least {least}").format(least=f"{kind.ge:g}"), value, place)
        elif kind.gt is not None and value <= kind.gt:
            yield self.must(_("more than {least}").format(least=f"{kind.gt:g}"), value, place)
        elif kind.le is not None and value > kind.le:
            yield self.must(_("at most {most}").format(most=f"{kind.le:.15g}"), value, place)
        elif kind.lt is not None and value >= kind.lt:
            yield self.must(_("less than {most}").format(most=f"{kind.lt:.15g}"), value, place)

    def yes_or_no(self, value: object, _kind: inspect.Type, place: Place) -> Iterator[Problem]:
        if not isinstance(value, bool):
            yield self.must(_("true or false"), value, place)

    def choice(self, value: object, kind: inspect.EnumType, place: Place) -> Iterator[Problem]:
        allowed = [str(member.value) for member in kind.cls]
        if value not in allowed:
            quoted = [repr(one) for one in allowed]
            listed = " ".join((", ".join(quoted[:-1]), _("or"), quoted[-1])).strip()
            yield self.must(listed, value, place)

    def items(
        self, value: object, kind: inspect.VarTupleType | inspect.ListType, place: Place
    ) -> Iterator[Problem]:
        if not isinstance(value, list | tuple):
            yield self.must(_("a list in square brackets"), value, place)
        elif kind.min_length and not value:
            yield Problem(place, _("must not be empty"))
        else:
            for number, item in enumerate(value):
                yield from self.judge(item, kind.item_type, (*place, number))

    def mapping(self, value: object, kind: inspect.DictType, place: Place) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield self.must(_("a table"), value, place)
            return
        for key, item in value.items():
            yield from self.judge(key, kind.key_type, (*place, key))
            yield from self.judge(item, kind.value_type, (*place, key))

    def table(self, value: object, kind: _Table, place: Place) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield self.must(_("a table"), value, place)
            return
        found = False
        for problem in self.fields(value, kind, place):
            found = True
            yield problem
        rules: Rules | None = getattr(kind.cls, "mistakes", None)
        if rules is not None and not found:
            for field, what in rules(value):
                yield Problem((*place, field), what, is_missing=field not in value)

    def fields(self, value: dict[str, object], kind: _Table, place: Place) -> Iterator[Problem]:
        known = {field.encode_name: field for field in kind.fields}
        for name, field in known.items():
            if name in value:
                yield from self.judge(value[name], field.type, (*place, name))
            elif field.required:
                yield Problem((*place, name), _("is missing"), is_missing=True)
        if isinstance(kind, inspect.DataclassType) or kind.forbid_unknown_fields:
            for key in value:
                if key not in known:
                    yield Problem((*place, key), near_or_all(key, list(known)))

    def union(self, value: object, kind: inspect.UnionType, place: Place) -> Iterator[Problem]:
        judged: list[list[Problem]] = []
        for one in kind.types:
            if isinstance(one, inspect.NoneType):
                if value is None:
                    return
                continue
            judged.append(list(self.judge(value, one, place)))
        if all(judged):
            yield from judged[0]


def _is_finite(value: float) -> bool:
    return isinstance(value, int) or math.isfinite(value)  # isfinite rejects very large ints


Rules = Callable[[Mapping[str, Any]], Iterable[tuple[str, str]]]

_HANDLERS: Final[dict[type[inspect.Type], Callable[..., Iterator[Problem]]]] = {
    inspect.StrType: _Judge.text,
    inspect.IntType: _Judge.whole,
    inspect.FloatType: _Judge.number,
    inspect.BoolType: _Judge.yes_or_no,
    inspect.EnumType: _Judge.choice,
    inspect.VarTupleType: _Judge.items,
    inspect.ListType: _Judge.items,
    inspect.DictType: _Judge.mapping,
    inspect.StructType: _Judge.table,
    inspect.DataclassType: _Judge.table,
    inspect.UnionType: _Judge.union,
}
