"""Keeps Qt from treating tooltips that look like HTML as HTML."""

from html import escape

from PySide6.QtGui import Qt


def plain_tip(text: str) -> str:
    """Return `text` such that a tooltip shows every letter of it."""
    if not Qt.mightBeRichText(text):
        return text
    return f'<p style="white-space: pre-wrap">{escape(text)}</p>'
