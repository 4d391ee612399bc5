"""Docstrings are sentences that begin with their subject or verb, and no public one is missing.

Ruff's D rules see to the rest; they cannot tell a fragment, nor a method of Qt's from one of ours.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_ROOMS = ("engine", "desktop", "script")

# A docstring that begins so is a fragment: who does what stays open.
_FRAGMENTS = frozenset(
    "about above across after against along among around as at because before behind below beside "
    "between beyond but by during except for from how if in inside into like near of off on once "
    "outside over past per since so than that though through to toward under unless until up upon "
    "what whatever when where whether which while who whose why with within without".split()
)


@cache
def _trees() -> dict[str, ast.Module]:
    files = (file for room in _ROOMS for file in sorted((_ROOT / room).rglob("*.py")))
    return {
        str(file.relative_to(_ROOT)): ast.parse(file.read_text(encoding="utf-8")) for file in files
    }


def _docstrings(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        match node.body[:1]:
            case [ast.Expr(ast.Constant(str(text)), lineno=line)]:
                yield line, text
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.ExceptHandler):  # expressions hold no docstring
            yield from _docstrings(child)


def _undocumented(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for one in tree.body:
        if not isinstance(one, ast.ClassDef) or one.name.startswith("_"):
            continue
        for method in one.body:
            if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
                # Qt's own methods have capitals in their names: `paintEvent`.
                is_ours = method.name.islower() and not method.name.startswith("_")
                if is_ours and ast.get_docstring(method) is None:
                    yield method.lineno, f"{one.name}.{method.name}"


def _first_word(text: str) -> str:
    return text.split(maxsplit=1)[0].strip(",:;.").casefold() if text.split() else ""


def test_no_docstring_begins_with_a_preposition_or_a_question_word() -> None:
    fragments = [
        f"{file}:{line}: {text.strip().splitlines()[0]}"
        for file, tree in _trees().items()
        for line, text in _docstrings(tree)
        if _first_word(text) in _FRAGMENTS
    ]
    assert not fragments, "Begin with the verb or the subject:\n" + "\n".join(fragments)


def test_each_public_method_of_the_desktop_has_a_docstring() -> None:
    missing = [
        f"{file}:{line}: {name}"
        for file, tree in _trees().items()
        if file.startswith("desktop/")
        for line, name in _undocumented(tree)
    ]
    assert not missing, "\n".join(missing)
