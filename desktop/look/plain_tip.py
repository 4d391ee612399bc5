"""Tooltips say what was written: Qt takes a text that looks like HTML for HTML."""

from html import escape

from PySide6.QtGui import Qt


def plain_tip(text: str) -> str:
    """`text` so that a tooltip shows every letter of it, whoever wrote it."""
    if not Qt.mightBeRichText(text):
        return text
    return f'<p style="white-space: pre-wrap">{escape(text)}</p>'
