"""Compiles the translators' catalogues (.po) into what gettext reads (.mo); git keeps no .mo.

script/bootstrap runs it where a catalogue is newer than its compiled file, script/translations
after each change, and script/build_hook.py for each package.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent


def sources(root: Path = ROOT) -> Iterator[Path]:
    """Yield the .po file of each language in the checkout at `root`."""
    yield from sorted((root / "resources" / "translations").glob("*/LC_MESSAGES/*.po"))


def read(file: Path) -> Catalog:
    """Return the catalogue as translators keep it."""
    language = file.parent.parent.name
    with file.open("rb") as source:
        return read_po(source, locale=language, domain=file.stem)


def forms(message: Message) -> list[str]:
    """Return the translation: one text, or one for each plural form; "" where it is missing."""
    found = message.string or ""
    return [found] if isinstance(found, str) else list(found)


class _Compiled(Catalog):
    """A catalogue that does not name the version of Babel: each compiles it to the same bytes."""

    def __iter__(self) -> Iterator[Message]:
        header, *texts = super().__iter__()
        lines = forms(header)[0].splitlines(keepends=True)
        kept = "".join(line for line in lines if not line.startswith("Generated-By"))
        yield Message("", kept)
        yield from texts


def compiled(catalogue: Catalog) -> bytes:
    """Return what gettext reads; texts that lack a form are left out, so they read in English."""
    whole = _Compiled(locale=catalogue.locale, fuzzy=False)
    whole.mime_headers = catalogue.mime_headers
    for message in catalogue:
        if message.id and not message.fuzzy and all(forms(message)):
            whole.add(message.id, message.string, context=message.context)
    file = io.BytesIO()
    write_mo(file, whole)
    return file.getvalue()


def compile_catalogues(root: Path = ROOT) -> None:
    """Write each catalogue's .mo beside its .po, whole: a running program may read it."""
    for source in sources(root):
        target = source.with_suffix(".mo")
        scratch = target.with_suffix(f".{os.getpid()}.tmp")
        scratch.write_bytes(compiled(read(source)))
        scratch.replace(target)


if __name__ == "__main__":
    compile_catalogues()
