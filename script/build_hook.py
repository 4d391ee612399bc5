"""Compiles the translations into each package that hatchling builds."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Translations(BuildHookInterface[Any]):
    """Writes the .mo files first, and adds them to the package although git ignores them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling passes both
        """Compile, whichever `version` is built: "standard" or "editable"."""
        root = Path(self.root)
        runpy.run_path(str(root / "script" / "compile_catalogue.py"))["compile_catalogues"](root)
        build_data["artifacts"].append("resources/translations/**/*.mo")
