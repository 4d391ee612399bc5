"""What may have become of a small file: by an editor, a disk, a careless copy, somebody's joke."""

import os
import random
import re
import socket
from collections.abc import Callable
from pathlib import Path

Damage = Callable[[Path, bytes, random.Random], None]
"""Puts something in place of the file, whose sound content is given."""

_VALUES = (
    b"[]", b"{}", b"null", b"true", b"-1", b"0", b"3.5", b"1e400", b"9" * 5_000, b"nan", b'"x"',
    b'"\\ud800"', b'""', b"'" + b"x" * 5_000 + b"'", b'["a", 3]', b"1979-05-27", b'"\x00"',
    b"99999999999999999999", "\"\u202e\u2028\"".encode(), b"[[[]]]",
)  # fmt: skip
_VALUE = re.compile(rb'"[^"\n]*"|\b\d+(?:\.\d+)?\b|true|false|\[\]')


def _content(make: Callable[[bytes, random.Random], bytes]) -> Damage:
    def damage(file: Path, sound: bytes, chance: random.Random) -> None:
        file.write_bytes(make(sound, chance))

    return damage


def _another_value(sound: bytes, chance: random.Random) -> bytes:
    places = list(_VALUE.finditer(sound))
    if not places:
        return chance.choice(_VALUES)
    place = chance.choice(places)
    return sound[: place.start()] + chance.choice(_VALUES) + sound[place.end() :]


def _other_bytes(sound: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(sound or b"x")
    for _number in range(chance.randint(1, 8)):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    return bytes(damaged)


def _line_twice(sound: bytes, chance: random.Random) -> bytes:
    lines = sound.splitlines(keepends=True) or [b"\n"]
    number = chance.randrange(len(lines))
    return b"".join([*lines[: number + 1], *lines[number:]])


def _lost_line(sound: bytes, chance: random.Random) -> bytes:
    lines = sound.splitlines(keepends=True) or [b"\n"]
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def _another_key(sound: bytes, chance: random.Random) -> bytes:
    """A letter of a word is lost."""
    words = list(re.finditer(rb"[A-Za-z_]{3,}", sound))
    if not words:
        return sound
    at = chance.randrange(*chance.choice(words).span())
    return sound[:at] + sound[at + 1 :]


def _folder(file: Path, _sound: bytes, _chance: random.Random) -> None:
    file.mkdir()


def _fifo(file: Path, _sound: bytes, _chance: random.Random) -> None:
    os.mkfifo(file)


def _socket(file: Path, _sound: bytes, _chance: random.Random) -> None:
    here = Path.cwd()
    os.chdir(file.parent)  # the name of a socket may be short only
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(file.name)
    finally:
        os.chdir(here)


def _link(target: str) -> Damage:
    def damage(file: Path, _sound: bytes, _chance: random.Random) -> None:
        file.symlink_to(target)

    return damage


def _round_link(file: Path, _sound: bytes, _chance: random.Random) -> None:
    file.symlink_to(file.name)


def _sparse(file: Path, sound: bytes, _chance: random.Random) -> None:
    file.write_bytes(sound)
    os.truncate(file, 1 << 28)


DAMAGES: dict[str, Damage] = {
    "sound": _content(lambda sound, _chance: sound),
    "empty": _content(lambda _sound, _chance: b""),
    "blank": _content(lambda _sound, _chance: b" \n\t\n"),
    "half written": _content(lambda sound, chance: sound[: chance.randint(0, len(sound))]),
    "other bytes": _content(_other_bytes),
    "random bytes": _content(lambda _sound, chance: chance.randbytes(chance.randint(1, 400))),
    "another value": _content(_another_value),
    "another key": _content(_another_key),
    "a line twice": _content(_line_twice),
    "a line lost": _content(_lost_line),
    "NUL bytes": _content(lambda sound, _chance: b"\0" * max(len(sound), 1)),
    "NUL inside": _content(lambda sound, _chance: sound.replace(b"a", b"\0", 1)),
    "Latin-1": _content(lambda sound, _chance: sound.replace(b"a", "ş".encode("iso8859-9"))),
    "UTF-16": _content(lambda sound, _chance: sound.decode(errors="replace").encode("utf-16")),
    "byte order mark": _content(lambda sound, _chance: b"\xef\xbb\xbf" + sound),
    "line ends of SlidingWindows": _content(lambda sound, _chance: sound.replace(b"\n", b"\r\n")),
    "deep lists": _content(lambda _sound, _chance: b"[" * 100_000),
    "deep value": _content(lambda _sound, _chance: b"a = " + b"[" * 50_000 + b"]" * 50_000),
    "deep key": _content(lambda _sound, _chance: b"a" + b".a" * 50_000 + b" = 1"),
    "deep tables": _content(lambda _sound, _chance: b'{"a":' * 50_000),
    "another program's": _content(lambda _sound, _chance: b"\x7fELF\x02\x01\x01" + bytes(200)),
    "a gzip cut off": _content(
        lambda _sound, _chance: b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03K"
    ),
    "folder": _folder,
    "fifo": _fifo,
    "socket": _socket,
    "link to nothing": _link("nowhere/at/all"),
    "link to itself": _round_link,
    "link to endless zeros": _link("/dev/zero"),
    "link to nothing at all": _link("/dev/null"),
    "huge": _sparse,
}
