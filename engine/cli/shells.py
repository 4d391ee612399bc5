"""What shells ask of `gavatcore` beside its commands; known before anything is imported."""

# What typer does for shells; they begin with a dash, but are no options of the window.
OF_SHELLS = ("--install-completion", "--show-completion")
COMPLETION = "_GAVATCORE_COMPLETE"  # set by a shell that wants to know how to go on
