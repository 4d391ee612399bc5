"""Compiles a module's classes one by one, each when it is first used."""

import threading
from collections.abc import Iterator
from types import CodeType, ModuleType

from engine.telegram.schema.class_texts import ClassTexts

_LOCK = threading.RLock()  # a class created twice would be two classes


class LateClasses:
    """Fills one module; its namespace keeps created classes, so each is looked up once."""

    def __init__(self, module: ModuleType, texts: ClassTexts) -> None:
        """Run the imports at the head of the module, and provide names that do not exist yet."""
        self._module = module
        self._texts = texts
        self._run("", texts.head)
        module.__dict__["__getattr__"] = self.get
        module.__dict__["__dir__"] = self.names

    def names(self) -> list[str]:
        """Return all names of the module, created or not."""
        return sorted({*self._module.__dict__, *self._texts, *self._texts.aliases()})

    def get(self, name: str) -> object:
        """Return the class or alias `name`; raises AttributeError like a module.

        For `from module import *`, `__all__` holds what the whole module would provide.
        """
        if name == "__all__":
            return [one for one in self.names() if not one.startswith("_")]
        space = self._module.__dict__
        with _LOCK:
            if name not in space:
                try:
                    text = self._texts.text(name)
                except KeyError:
                    raise AttributeError(
                        f"module {self._module.__name__!r} has no attribute {name!r}"
                    ) from None
                self._run(name, text)
            return space[name]

    def _run(self, name: str, text: bytes) -> None:
        space = self._module.__dict__
        # With a file's name, tracebacks would show its wrong lines.
        code = compile(text, f"<{self._module.__name__}.{name}>", "exec")
        for used in _names_in(code):
            # A function sees the names of its module, but not those that the module would create.
            if used != name and used in self._texts and used not in space:
                self.get(used)
        exec(code, space)  # noqa: S102 - the text of an installed module, as an import runs it


def _names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)
