"""script/demo_summary.py turns a demo's report into lines for a person."""

import json
import subprocess
import sys
from pathlib import Path

_SCRIPT = Path(__file__).parents[3] / "script" / "demo_summary.py"


def summarise(report: Path, screenshot: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(_SCRIPT), str(report), str(screenshot)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_figures_and_both_places_are_shown(tmp_path: Path) -> None:
    report, screenshot = tmp_path / "report.json", tmp_path / "window.png"
    screenshot.touch()
    figures = {
        "bots_online": 12,
        "messages": {
            "received": 4321,
            "answered": 40,
            "unanswered_by_reason": {"not_addressed": 2},
        },
        "answers_by_source": {"generated": 1234, "exact": 3, "near": 2, "static": 8},
        "llm_calls": 1240,
        "llm_cost": 0.1234,
        "loop_lag_ms": {"p99": 1.26},
    }
    report.write_text(json.dumps(figures))
    done = summarise(report, screenshot)
    assert done.returncode == 0
    for shown in (
        "12",
        "4,321 received",
        "2 × Not meant for the bot",
        "1,234 from a model, 5 from the cache, 0 small talk, 8 static",
        "1,240 for 12.3 cents",
        "p99 1.3 ms",
        "? duplicated",
    ):
        assert shown in done.stderr
    assert str(report) in done.stderr
    assert str(screenshot) in done.stderr


def test_a_missing_report_or_screenshot_is_told_and_is_a_failure(tmp_path: Path) -> None:
    done = summarise(tmp_path / "report.json", tmp_path / "window.png")
    assert done.returncode == 1
    assert "no readable report" in done.stderr
    assert "no screenshot" in done.stderr
