"""The wheel holds what the tree holds, and works on its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Where each folder of the tree goes in the wheel.
PLACES = {
    "writer": "writer",
    "graphcore": "graphcore",
    "board": "board",
    "templates": "board/templates",
    "static": "board/static",
}


@pytest.fixture(scope="module")
def unpacked_wheel(tmp_path_factory):
    directory = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(directory)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = directory.glob("graphboard-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(directory / "site")
    return directory / "site"


def tracked_files(folder: str) -> set[str]:
    listed = subprocess.run(["git", "ls-files", folder], cwd=ROOT, check=True, capture_output=True, text=True)
    return {line.removeprefix(f"{folder}/") for line in listed.stdout.splitlines()}


@pytest.mark.parametrize("folder", PLACES)
def test_wheel_contains_what_the_tree_contains(folder, unpacked_wheel):
    missing = {name for name in tracked_files(folder) if not (unpacked_wheel / PLACES[folder] / name).is_file()}
    assert missing == set()


def test_wheel_contains_no_tests_examples_or_benchmarks(unpacked_wheel):
    top = {path.name for path in unpacked_wheel.iterdir() if not path.name.endswith(".dist-info")}
    assert top == {"writer", "graphcore", "board"}


def test_every_package_says_that_it_is_typed(unpacked_wheel):
    assert all((unpacked_wheel / package / "py.typed").is_file() for package in ("writer", "graphcore", "board"))


def test_board_of_the_wheel_serves_its_own_page(unpacked_wheel, tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(unpacked_wheel)}
    command = [sys.executable, "-m", "board", f"--logdir={tmp_path}", "--port=0"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        address = re.search(r"http://\S+", process.stdout.readline())
        assert address is not None
        try:
            with urllib.request.urlopen(address.group()) as response:
                page = response.read().decode()
            script = re.search(r'<script type="module" src="([^"]+)"', page)
            assert script is not None, page
            with urllib.request.urlopen(address.group() + script.group(1)) as response:
                assert response.headers["Content-Type"].startswith("text/javascript")
        finally:
            process.terminate()
