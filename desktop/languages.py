"""Offers the languages, and keeps the choice in the data directory."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup

from engine.files.private_files import write_anew
from engine.files.small_files import SmallFileError, read_text
from engine.language import LANGUAGES, language


class Languages(QActionGroup):
    """One action a language, under its own name; the present one is checked."""

    wanted = Signal(str)  # a code

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        for code, each in LANGUAGES.items():
            action = QAction(each.name, self, checkable=True)
            action.setData(code)
        self.triggered.connect(lambda action: self.wanted.emit(action.data()))
        self.reword()

    def reword(self) -> None:
        """Check the present language."""
        for action in self.actions():
            action.setChecked(action.data() == language())


class KeptLanguage:
    """The file of the data directory with the code of the chosen language."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> str | None:
        """Return the code; None if none was chosen, or it is not supported."""
        try:
            code = read_text(self._file).strip()
        except (FileNotFoundError, SmallFileError):
            return None
        return code if code in LANGUAGES else None

    def keep(self, code: str) -> None:
        """Store the code; raises OSError."""
        write_anew(self._file, f"{code}\n".encode())
