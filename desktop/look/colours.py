"""Defines the two palettes: quiet neutrals, one accent, and a colour for each state."""

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette


@dataclass(frozen=True, slots=True)
class Colours:
    """Every colour of the desktop as #rrggbb; texts meet WCAG AA (4.5:1) on their backgrounds."""

    window: str
    surface: str  # of cards, charts, tables
    pressed: str
    border: str
    control: str  # outline of buttons and focusable widgets, 3:1 on the window
    text: str
    quiet: str  # captions, axes, notes
    accent: str
    on_accent: str
    normal: str
    degraded: str
    emergency: str
    idle: str
    degraded_ground: str  # background of a banner
    emergency_ground: str
    accent_ground: str


LIGHT = Colours(
    window="#f4f5f7",
    surface="#ffffff",
    pressed="#e6e9ee",
    border="#dfe3e8",
    control="#858d98",
    text="#191c20",
    quiet="#58606b",
    accent="#1d5fd1",
    on_accent="#ffffff",
    normal="#177a3c",
    degraded="#9a5200",
    emergency="#b3201c",
    idle="#58606b",
    degraded_ground="#fff3dc",
    emergency_ground="#fde7e5",
    accent_ground="#e6effd",
)

DARK = Colours(
    window="#15171b",
    surface="#1e2126",
    pressed="#2b3037",
    border="#2f343c",
    control="#6d7682",
    text="#e9ebee",
    quiet="#a3abb6",
    accent="#7db0ff",
    on_accent="#0c1526",
    normal="#57d184",
    degraded="#f5b74a",
    emergency="#ff8a80",
    idle="#a3abb6",
    degraded_ground="#33290f",
    emergency_ground="#3d1c1b",
    accent_ground="#1a2a44",
)


def qt_palette(colours: Colours) -> QPalette:
    """Return the Qt palette for the standard widgets."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette(QColor(colours.surface), QColor(colours.window))
    for each, colour in {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.surface,
        role.AlternateBase: colours.window,
        role.Text: colours.text,
        role.Button: colours.surface,
        role.ButtonText: colours.text,
        role.BrightText: colours.emergency,
        role.ToolTipBase: colours.surface,
        role.ToolTipText: colours.text,
        role.PlaceholderText: colours.quiet,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.Link: colours.accent,
        role.Mid: colours.border,
        role.Accent: colours.accent,
    }.items():
        palette.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, each, QColor(colours.control))
    return palette


def style_sheet(colours: Colours) -> str:
    """Return the style sheet for what the palette cannot express; set once for each theme."""
    c = colours
    return f"""
QPushButton {{
    background: {c.surface}; color: {c.text};
    border: 1px solid {c.control}; border-radius: 6px; padding: 5px 12px;
}}
QPushButton:hover {{ border-color: {c.text}; }}
QPushButton:pressed {{ background: {c.pressed}; }}
QPushButton:focus {{ border: 2px solid {c.accent}; padding: 4px 11px; }}
QPushButton:disabled {{ color: {c.control}; border-color: {c.border}; }}
QPushButton#emergency:checked {{
    background: {c.emergency}; color: {c.surface}; border-color: {c.emergency};
}}
QPushButton#emergency:checked:focus {{ border-color: {c.text}; }}
QPushButton[segment="true"] {{
    background: transparent; border: 1px solid transparent; color: {c.quiet}; padding: 3px 10px;
}}
QPushButton[segment="true"]:hover {{ color: {c.text}; }}
QPushButton[segment="true"]:checked {{ background: {c.accent_ground}; color: {c.accent}; }}
QPushButton[segment="true"]:focus {{ border: 1px solid {c.accent}; }}
QTableView {{
    background: {c.surface}; border: 1px solid {c.border}; border-radius: 8px;
    gridline-color: {c.border}; selection-background-color: {c.accent_ground};
    selection-color: {c.text};
}}
QHeaderView {{ background: transparent; border: none; }}
QHeaderView::section {{
    background: transparent; color: {c.quiet}; border: none;
    border-bottom: 1px solid {c.border}; padding: 6px 9px;
}}
QTableView {{ outline: 0; }}
QTableView::item {{ padding: 0 6px; border: none; }}
QTableView::item:selected {{ background: {c.accent_ground}; color: {c.text}; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar::handle:vertical {{
    background: {c.control}; border-radius: 4px; min-height: 32px; margin: 0 0 0 4px;
}}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QScrollArea {{ border: none; background: transparent; }}
QToolTip {{ background: {c.surface}; color: {c.text}; border: 1px solid {c.border}; }}
"""
