"""Brings the catalogues up to date with the code, or says what they lack; makes missing ones."""

import argparse
import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import write_po

from engine.language import LANGUAGES, SOURCE
from script.compile_catalogue import ROOT, compile_catalogues, compiled, forms, read

FILES = {
    code: ROOT / "resources" / "translations" / code / "LC_MESSAGES" / "gavatcore.po"
    for code in LANGUAGES
    if code != SOURCE
}
_ROOMS = ("engine", "desktop")
_WIDTH = 100


def extract() -> Catalog:
    """Return every text that the code marks for translation."""
    found = Catalog(charset="utf-8")
    for room in _ROOMS:
        for file, line, message, comments, context in extract_from_dir(
            ROOT / room,
            keywords=DEFAULT_KEYWORDS | {"spoken": None},
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        ):
            place = (f"{room}/{file}", line)
            found.add(message, None, [place], auto_comments=comments, context=context)
    for commands in sorted((ROOT / "engine" / "cli").rglob("*.py")):
        for line, text in help_texts(commands):
            assert text, f"{commands}, line {line}: a command without a sentence"  # noqa: S101
            found.add(text, None, [(str(commands.relative_to(ROOT)), line)])
    return found


def help_texts(file: Path) -> Iterator[tuple[int, str]]:
    """Yield typer's help texts with their lines: docstrings of commands, `help` of options."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and any(map(_makes_command, node.decorator_list)):
            yield node.lineno, ast.get_docstring(node) or ""
        elif isinstance(node, ast.keyword) and node.arg == "help":
            match node.value:
                case ast.Constant(value=str(text)):
                    yield node.value.lineno, text


def _makes_command(decorator: ast.expr) -> bool:
    call = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(call, ast.Attribute) and call.attr in {"command", "callback"}


def update(catalogue: Catalog, found: Catalog) -> None:
    """Add new texts, and drop those that the code no longer has."""
    catalogue.update(found, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()


def faults(catalogue: Catalog, found: Catalog) -> Iterator[str]:
    """Yield a line for each text of the code without a good translation in that language."""
    for text in found:
        if not text.id:
            continue
        message = catalogue.get(_key(text), text.context)
        if message is None or not all(forms(message)):
            yield f"not translated: {_key(text)!r} ({_place(text)})"
        elif message.fuzzy:
            yield f"not certain: {_key(text)!r}"
        else:
            yield from _form_faults(message)


def _form_faults(message: Message) -> Iterator[str]:
    english = [message.id] if isinstance(message.id, str) else list(message.id)
    for place, translated in enumerate(forms(message)):
        original = english[min(place, len(english) - 1)]
        if _placeholders(translated) != _placeholders(original):
            yield f"other placeholders: {original!r}: {translated!r}"
        if ("&" in translated) != ("&" in original):
            yield f"a key too many or too few: {original!r}: {translated!r}"
        if _edges(translated) != _edges(original):
            yield f"other blanks around it: {original!r}: {translated!r}"


def _placeholders(text: str) -> set[tuple[str, str | None, str | None]]:
    try:
        parts = list(Formatter().parse(text))
    except ValueError:  # a text with braces of its own
        return set()
    return {(name, spec, how) for _, name, spec, how in parts if name is not None}


def _edges(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _place(message: Message) -> str:
    return ", ".join(f"{file}:{line}" for file, line in message.locations)


def _open(file: Path) -> Catalog:
    """Return the catalogue, empty if nobody has begun with the language yet."""
    return read(file) if file.exists() else Catalog(locale=file.parents[1].name, fuzzy=False)


def _save(catalogue: Catalog, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as target:
        write_po(target, catalogue, width=_WIDTH, no_location=True)


def unsaved(catalogue: Catalog, found: Catalog, file: Path) -> Iterator[str]:
    """Yield a line for each text that the code no longer has, and one for an outdated .mo."""
    before = {(_key(message), message.context) for message in catalogue}
    after = {(_key(message), message.context) for message in found}
    for key, _context in sorted(before - after, key=str):
        yield f"no longer in the code: {key!r}"
    target = file.with_suffix(".mo")
    if not target.exists() or target.read_bytes() != compiled(catalogue):
        yield f"{target.name} is not what {file.name} compiles to: run script/bootstrap"


def main() -> int:
    """Update or check the catalogue; return the exit status."""
    parser = argparse.ArgumentParser(prog="script/translations", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing")
    check: bool = parser.parse_args().check
    found = extract()
    amiss = {code: _brought_up_to_date(file, found, check) for code, file in FILES.items()}
    for code, lines in amiss.items():
        sys.stderr.writelines(f"{line}\n" for line in lines)
        if lines:
            place = FILES[code].relative_to(ROOT)
            sys.stderr.write(f"Run script/translations, then mend {place}.\n")
        sys.stdout.write(f"{code}: {len(found)} texts, {len(lines)} of them amiss.\n")
    return 1 if any(amiss.values()) else 0


def _brought_up_to_date(file: Path, found: Catalog, check: bool) -> list[str]:
    """Update the catalogue, unless `check` is set; return the remaining faults."""
    catalogue = _open(file)
    if check:
        return [*unsaved(catalogue, found, file), *faults(catalogue, found)]
    update(catalogue, found)
    _save(catalogue, file)
    compile_catalogues()
    return list(faults(catalogue, found))


if __name__ == "__main__":
    sys.exit(main())
