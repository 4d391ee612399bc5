"""Summarises a demo's report in a few lines, and says where report and screenshot are."""

import json
import sys
from pathlib import Path
from typing import Any

from engine.wording.outcomes import skip_word

Report = dict[str, Any]


def summary(report: Report) -> str:
    """Return the report as lines for a person; a missing figure reads "?"."""

    def figure(*path: str) -> str:
        value: Any = report
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, int | float):
            return f"{round(value, 1):g}" if abs(value) < 1000 else f"{value:,.0f}"
        return "?" if value is None else str(value)

    messages = ", ".join(
        f"{figure('messages', name)} {name}"
        for name in ("received", "answered", "lost", "duplicated")
    )
    lag = ", ".join(f"{name} {figure('loop_lag_ms', name)} ms" for name in ("p50", "p99", "max"))
    start = ", ".join(
        f"{what} after {figure('startup_ms', name)} ms"
        for what, name in (
            ("tray", "tray_ready"),
            ("window", "window_painted"),
            ("all bots", "fleet_online"),
        )
    )
    lines = {
        "Bots online": figure("bots_online"),
        "Messages": messages,
        "Unanswered": _reasons(report),
        "Answers": _sources(report),
        "LLM calls": f"{figure('llm_calls')} for {_cents(report)}",
        "Memory": f"{figure('rss_mb')} MB",
        "CPU": f"{figure('cpu_percent')} % of one core",
        "Loop lag": lag,
        "Start": start,
    }
    return "\n".join(f"  {name:<12} {text}" for name, text in lines.items())


def _reasons(report: Report) -> str:
    unanswered = (report.get("messages") or {}).get("unanswered_by_reason") or {}
    return (
        ", ".join(f"{count} × {skip_word(reason)}" for reason, count in unanswered.items())
        or "none"
    )


def _sources(report: Report) -> str:
    sources = report.get("answers_by_source") or {}
    shown = (
        (sources.get("generated", 0), "from a model"),
        (sources.get("exact", 0) + sources.get("near", 0), "from the cache"),
        (sources.get("small_talk", 0), "small talk"),
        (sources.get("static", 0), "static"),
    )
    return ", ".join(f"{count:,} {where}" for count, where in shown)


def _cents(report: Report) -> str:
    cost = report.get("llm_cost")
    return "?" if cost is None else f"{100 * cost:.1f} cents"


def main(report: Path, screenshot: Path) -> int:
    """Print the summary; return 0 if the demo left both files."""
    complete = True
    try:
        figures = json.loads(report.read_text(encoding="utf-8"))
        sys.stderr.write(f"{summary(figures)}\nReport:     {report.absolute()}\n")
    except (OSError, ValueError):
        complete = False
        sys.stderr.write(f"The demo left no readable report at {report.absolute()}.\n")
    if screenshot.is_file():
        sys.stderr.write(f"Screenshot: {screenshot.absolute()}\n")
    else:
        complete = False
        sys.stderr.write(f"The demo left no screenshot at {screenshot.absolute()}.\n")
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:3])))
