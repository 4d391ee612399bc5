"""script/apt-packages installs what is missing and no more, on a machine made of stand-ins."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).parents[3] / "script" / "apt-packages"


@dataclass
class Machine:
    """Programs of a Debian machine, each writing down how it was called."""

    programs: Path
    calls: Path

    def program(self, name: str, body: str) -> None:
        path = self.programs / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>"{self.calls}"\n{body}\n')
        path.chmod(0o755)

    def installs(self) -> list[str]:
        """The package names of each apt-get install."""
        calls = self.calls.read_text().splitlines() if self.calls.exists() else []
        return [call.split("recommends ")[1] for call in calls if "--no-install-recommends" in call]

    def run(self, *packages: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["/bin/sh", str(_SCRIPT), *packages],
            env={"PATH": f"{self.programs}:{os.defpath}"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Has `present` and `old-name` installed, knows `absent` and `other`, and runs as root."""
    machine = Machine(tmp_path, tmp_path / "calls")
    machine.program("id", "echo 0")
    machine.program(
        "dpkg-query", 'printf "present=installed old-name=installed gone=config-files "'
    )
    known = (
        "case $2 in absent|other) echo '  Candidate: 1.0';; *) echo '  Candidate: (none)';; esac"
    )
    machine.program("apt-cache", known)
    machine.program("apt-get", "")
    return machine


def test_nothing_is_done_or_said_when_nothing_is_missing(machine: Machine) -> None:
    done = machine.run("present", "new-name|old-name")
    assert (done.returncode, done.stderr) == (0, "")
    assert machine.calls.read_text().startswith("dpkg-query")
    assert len(machine.calls.read_text().splitlines()) == 1


def test_what_is_missing_is_installed_in_one_go_and_named(machine: Machine) -> None:
    done = machine.run("absent", "present", "unheard-of|other")
    assert done.returncode == 0
    assert machine.installs() == ["absent other"]
    assert "absent other" in done.stderr


def test_a_removed_package_whose_settings_stayed_is_missing(machine: Machine) -> None:
    done = machine.run("gone|absent")
    assert machine.installs() == ["absent"]
    assert done.returncode == 0


def test_a_package_that_may_be_absent_is_no_obstacle(machine: Machine) -> None:
    done = machine.run("absent", "unheard-of?")
    assert (done.returncode, machine.installs()) == (0, ["absent"])


def test_an_unknown_package_is_looked_for_in_new_lists_and_then_named(machine: Machine) -> None:
    done = machine.run("unheard-of")
    assert "update" in machine.calls.read_text()
    assert done.returncode == 1
    assert "unheard-of" in done.stderr.splitlines()[-1]


def test_without_a_network_the_sentence_speaks_of_it(machine: Machine) -> None:
    machine.program("apt-get", 'case "$*" in *" update "*) exit 100;; esac')
    done = machine.run("unheard-of")
    assert done.returncode == 1
    assert "network" in done.stderr.splitlines()[-1]


def test_a_failed_install_is_tried_again_with_new_lists(machine: Machine) -> None:
    body = 'case "$*" in *" update "*) touch "$0.updated";; *) [ -e "$0.updated" ];; esac'
    machine.program("apt-get", body)
    assert machine.run("absent").returncode == 0
    assert machine.installs() == ["absent", "absent"]


def test_without_root_and_sudo_one_sentence_says_what_to_run(machine: Machine) -> None:
    machine.program("id", "echo 1000")
    machine.program("sudo", "exit 1")
    done = machine.run("absent")
    assert done.returncode == 1
    assert machine.installs() == []
    (sentence,) = done.stderr.splitlines()
    assert sentence.endswith("apt-get install -y --no-install-recommends absent")


def test_sudo_is_used_by_those_who_are_not_root(machine: Machine) -> None:
    machine.program("id", "echo 1000")
    machine.program("sudo", 'while [ "$1" = -n ]; do shift; done; "$@"')
    assert machine.run("absent").returncode == 0
    assert any(line.startswith("sudo env") for line in machine.calls.read_text().splitlines())
