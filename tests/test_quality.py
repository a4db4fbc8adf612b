"""The sources keep the rules that tools can check."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    "command", [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]], ids=" ".join
)
def test_python_sources_pass(command):
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def tracked_text_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)
    suffixes = {".py", ".js", ".css", ".html", ".md", ".toml", ".json", ".proto", ""}
    return [ROOT / line for line in listed.stdout.splitlines() if Path(line).suffix in suffixes]


def test_lock_file_names_no_host():
    assert "resolved" not in (ROOT / "package-lock.json").read_text()


def test_every_module_says_what_it_is_in_its_first_line():
    silent = [
        str(path.relative_to(ROOT))
        for path in tracked_text_files()
        if path.suffix == ".py"
        and path.parts[len(ROOT.parts)] in ("writer", "graphcore", "board", "benchmarks", "examples")
        and not re.match(r'(#!.*\n)?r?"""\S', path.read_text())
    ]
    assert silent == []
