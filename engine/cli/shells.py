"""Lists what shells ask of `gavatcore` beside its commands, before anything is imported."""

# Typer's options for shells; they begin with a dash, but are no options of the window.
OF_SHELLS = ("--install-completion", "--show-completion")
COMPLETION = "_GAVATCORE_COMPLETE"  # set by a shell that asks for completions
