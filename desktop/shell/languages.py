"""The languages a person may choose from, and the choice as the data directory keeps it."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup

from engine.files.private_files import write_anew
from engine.files.small_files import SmallFileError, read_text
from engine.language import LANGUAGES, language


class Languages(QActionGroup):
    """One action for each, under its own name; that of the language in use is checked."""

    wanted = Signal(str)  # a code

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        for code, each in LANGUAGES.items():
            action = QAction(each.name, self, checkable=True)
            action.setData(code)
        self.triggered.connect(lambda action: self.wanted.emit(action.data()))
        self.reword()

    def reword(self) -> None:
        """Check the one in use."""
        for action in self.actions():
            action.setChecked(action.data() == language())


class KeptLanguage:
    """A file of the data directory that holds the code of the language chosen."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> str | None:
        """The code; None where none was chosen, or none that is spoken."""
        try:
            code = read_text(self._file).strip()
        except (FileNotFoundError, SmallFileError):
            return None
        return code if code in LANGUAGES else None

    def keep(self, code: str) -> None:
        """Raises OSError where it cannot be kept."""
        write_anew(self._file, f"{code}\n".encode())
