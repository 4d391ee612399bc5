"""Names the present language, and opens the list of all."""

from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from desktop.languages import Languages
from engine.language import LANGUAGES, _, language


class LanguageButton(QPushButton):
    """Set once: a window in another language has another button."""

    def __init__(self, languages: Languages, parent: QWidget | None = None) -> None:
        super().__init__(LANGUAGES[language()].name, parent)
        self.setProperty("segment", True)
        self.setAutoDefault(False)
        self.setAccessibleName(_("Language"))
        self.setToolTip(_("Language"))
        menu = QMenu(self)
        menu.addActions(languages.actions())
        self.setMenu(menu)
