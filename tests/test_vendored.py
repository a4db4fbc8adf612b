"""The vendored browser libraries are what their table says, and nothing else lies beside them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
PACKAGES = json.loads((VENDOR / "vendored.json").read_text(encoding="utf-8"))["packages"]
FILES = [(package, file) for package in PACKAGES for file in package["files"]]


def test_files_have_the_checksums_of_the_table():
    for _, file in FILES:
        assert hashlib.sha256((VENDOR / file["file"]).read_bytes()).hexdigest() == file["sha256"], file["file"]


def test_file_names_carry_the_version():
    for package, file in FILES:
        assert f"-{package['version']}." in file["file"]


def test_every_licence_is_there_and_permits_redistribution():
    for package in PACKAGES:
        assert package["licence"] in ("MIT", "Apache-2.0")
        text = (VENDOR / package["licence_file"]).read_text(encoding="utf-8")
        assert "Permission is hereby granted" in text or "Apache License" in text


def test_nothing_lies_beside_the_table_that_it_does_not_name():
    named = {file["file"] for _, file in FILES} | {package["licence_file"] for package in PACKAGES}
    there = {path.name for path in VENDOR.iterdir() if path.is_file()}
    assert there - named == {"vendored.json", "refresh.py"}
