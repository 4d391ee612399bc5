"""Marks the texts of argparse and typer for translation.

Both use Python's gettext, which `use_language` directs to our catalogue.
"""

from engine.language import spoken

WORDS = (
    # argparse
    spoken("usage: "),
    spoken("options"),
    spoken("show this help message and exit"),
    spoken("unrecognized arguments: %s"),
    spoken("argument %(argument_name)s: %(message)s"),
    spoken("expected one argument"),
    spoken("ignored explicit argument %r"),
    spoken("invalid choice: %(value)r (choose from %(choices)s)"),
    # typer
    spoken("Arguments"),
    spoken("Options"),
    spoken("default: {default}"),
    spoken("required"),
    spoken("Show this message and exit."),
    spoken("Install completion for the current shell."),
    spoken("Show completion for the current shell, to copy it or customize the installation."),
)
