"""Draws the house as SVG: the rooms by floor, and beside them a matrix of who imports from whom.

Where imports run only downwards, all marks lie to the right of the diagonal; one that runs upwards
is red. Colours follow the reader's light or dark setting.
"""

from collections.abc import Iterator
from html import escape

from script.house_imports import House, Room

_STYLE = """
text { font: 12px system-ui, "DejaVu Sans", sans-serif; fill: #1f2328 }
.page { fill: #ffffff } .floor { fill: #f6f8fa; stroke: #d1d9e0 }
.part { fill: #ffffff; stroke: #afb8c1 }
.name { font-weight: 600 } .small { font-size: 10.5px } .quiet { fill: #59636e }
.cell { fill: #0969da } .up { fill: #cf222e } .self { fill: #d1d9e0 } .line { stroke: #d1d9e0 }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc }
.page { fill: #0d1117 } .floor { fill: #151b23; stroke: #3d444d }
.part { fill: #0d1117; stroke: #656c76 }
.quiet { fill: #9198a1 } .cell { fill: #4493f8 } .up { fill: #f85149 } .self { fill: #3d444d }
.line { stroke: #3d444d }
}
"""
_MARGIN, _HOUSE, _CELL, _HEADER = 16, 660, 25, 120  # pixels
_LINE, _GAP = 24, 4  # of a row of parts; between floors
_NAME = 170  # the width in which a room's name and files stand
_LETTER = 6.3  # the width of a small letter, to place boxes by


def drawing(house: House) -> str:
    """Return the whole SVG."""
    heights = [_height(room) for room in house.rooms]
    tops = [_HEADER + sum(heights[:place]) + place * _GAP for place in range(len(heights))]
    left = _MARGIN + _HOUSE + 12
    width = left + len(house.rooms) * _CELL + _MARGIN + 30
    height = tops[-1] + heights[-1] + 64
    body = "\n".join(
        [
            *_header(house, left),
            *(
                part
                for room, top, tall in zip(house.rooms, tops, heights, strict=True)
                for part in _floor(room, top, tall)
            ),
            *_matrix(house, left, tops, heights),
            *_legend(height),
        ]
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-labelledby="title">\n'
        f'<title id="title">The rooms of the house by floor, and who imports from whom</title>\n'
        f"<style>{_STYLE}</style>\n"
        f'<rect class="page" width="{width}" height="{height}"/>\n{body}\n</svg>\n'
    )


def short(name: str) -> str:
    """Return a room's name without the package that nearly all of them share."""
    return name.removeprefix("engine.")


def _placed(room: Room) -> list[tuple[float, int, float, str]]:
    """Return (x, line, width, label) of each part of a room, wrapped to the width of the house."""
    placed = []
    x, line = float(_NAME), 0
    for name, files in room.parts:
        label = f"{name} {files}"
        wide = len(label) * _LETTER + 12
        if x + wide > _HOUSE - 8:
            x, line = float(_NAME), line + 1
        placed.append((x, line, wide, label))
        x += wide + 6
    return placed


def _height(room: Room) -> int:
    lines = max((line for _x, line, _width, _label in _placed(room)), default=0) + 1
    return lines * _LINE + 4


def _text(x: float, y: float, text: str, style: str = "", more: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" class="{style}"{more}>{escape(text)}</text>'


def _box(place: tuple[float, float, float, float], style: str, more: str = "") -> str:
    x, y, width, height = place
    sides = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
    return f'<rect {sides} class="{style}"{more}/>'


def _floor(room: Room, top: int, height: int) -> Iterator[str]:
    yield _box((_MARGIN, top, _HOUSE, height), "floor", ' rx="4"')
    yield _text(_MARGIN + 10, top + 18, short(room.name), "name")
    yield _text(_MARGIN + _NAME - 14, top + 18, str(room.files), "quiet", ' text-anchor="end"')
    for x, line, wide, label in _placed(room):
        y = top + 4 + line * _LINE
        yield _box((_MARGIN + x, y, wide, _LINE - 4), "part", ' rx="3"')
        yield _text(_MARGIN + x + 6, y + 14, label, "small")


def _header(house: House, left: int) -> Iterator[str]:
    yield _text(_MARGIN, 30, "The house, from the top floor down", "name")
    yield _text(_MARGIN, 50, "Room, its files, and the files of each folder in it.", "quiet")
    yield _text(_MARGIN, 68, "Right: how often the room of the row imports", "quiet")
    yield _text(_MARGIN, 84, "from the room of the column.", "quiet")
    for place, room in enumerate(house.rooms):
        x, y = left + place * _CELL + 17, _HEADER - 8
        yield _text(x, y, short(room.name), "small", f' transform="rotate(-55 {x} {y})"')


def _matrix(house: House, left: int, tops: list[int], heights: list[int]) -> Iterator[str]:
    upward = set(house.upward())
    for row, (importer, top, height) in enumerate(zip(house.rooms, tops, heights, strict=True)):
        end = left + len(house.rooms) * _CELL
        bottom = top + height + _GAP / 2
        yield f'<line x1="{left}" y1="{bottom:g}" x2="{end}" y2="{bottom:g}" class="line"/>'
        yield _box((left + row * _CELL + 1, top, _CELL - 2, height), "self", ' rx="3"')
        for column, imported in enumerate(house.rooms):
            if not (count := house.imports.get((importer.name, imported.name), 0)):
                continue
            x = left + column * _CELL
            style = "up" if (importer.name, imported.name) in upward else "cell"
            shade = min(0.55, 0.12 + count / 60)
            place = (x + 1, top, _CELL - 2, height)
            yield _box(place, style, f' rx="3" fill-opacity="{shade:.2f}"')
            middle = top + height / 2 + 4
            yield _text(x + _CELL / 2, middle, str(count), "small", ' text-anchor="middle"')


def _legend(height: int) -> Iterator[str]:
    y = height - 40
    entries = (("self", 1.0, "the room itself"), ("cell", 0.4, "imports downwards"))
    x = _MARGIN
    for style, shade, label in (*entries, ("up", 0.4, "imports upwards")):
        yield _box((x, y, 14, 14), style, f' rx="3" fill-opacity="{shade}"')
        yield _text(x + 20, y + 11, label, "quiet")
        x += 160
