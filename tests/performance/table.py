"""What a benchmark returns: a table that can be pasted into a document."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows of text, with a sentence on how they were measured."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def markdown(self) -> str:
        """The table in Markdown, its note below it."""
        head = [f"## {self.title}", "", _row(self.columns), "|" + "---|" * len(self.columns)]
        lines = [*head, *(_row(row) for row in self.rows)]
        return "\n".join([*lines, "", self.note] if self.note else lines)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
