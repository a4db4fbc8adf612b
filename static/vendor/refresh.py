"""The table vendored.json in; the browser libraries it names out, taken unmodified from their npm packages.

``refresh.py`` downloads every package of the table by name and version, writes its files and licence beside the
table, removes files of other versions, and records the SHA-256 of what it wrote. To move to a new version, change
"version" in the table and run it; then adapt the import map in templates/index.html, which tests compare with the
files that are here.
``refresh.py --check`` writes nothing and fails when a file here differs from the published one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

HERE = Path(__file__).resolve().parent
TABLE = HERE / "vendored.json"


def file_name(stem: str, version: str, path_in_package: str) -> str:
    """The name a vendored file has here: what it is, which version, and the extension it came with."""
    return f"{stem}-{version}{PurePosixPath(path_in_package).suffix}"


def published(package: str, version: str, directory: Path) -> dict[str, bytes]:
    """All files of a published package by their path in it; raises CalledProcessError when npm cannot get it."""
    command = ["npm", "pack", f"{package}@{version}", "--json", "--pack-destination", str(directory)]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    contents = {}
    with tarfile.open(directory / answer[0]["filename"].replace("@", "").replace("/", "-")) as archive:
        for member in archive:
            stream = archive.extractfile(member)
            if stream is not None:
                contents[member.name.partition("/")[2]] = stream.read()
    return contents


def wanted(package: dict[str, Any], contents: dict[str, bytes]) -> dict[str, bytes]:
    """What belongs here of one package, by file name; brings the package's entry of the table up to date."""
    files = {}
    for file in package["files"]:
        data = contents[file["path"]]
        file["file"] = file_name(file["stem"], package["version"], file["path"])
        file["sha256"] = hashlib.sha256(data).hexdigest()
        files[file["file"]] = data
    files[package["licence_file"]] = contents["LICENSE"]
    return files


def main() -> int:
    """Refreshes, or with --check compares; returns the exit status."""
    parser = argparse.ArgumentParser(description="Fetch the browser libraries named in vendored.json from npm.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file differs")
    check = parser.parse_args().check
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    files: dict[str, bytes] = {}
    for package in table["packages"]:
        with tempfile.TemporaryDirectory() as directory:
            files |= wanted(package, published(package["name"], package["version"], Path(directory)))
    files[TABLE.name] = (json.dumps(table, indent=2) + "\n").encode()

    differing = [
        name for name, data in files.items() if not (HERE / name).exists() or (HERE / name).read_bytes() != data
    ]
    extra = [path for path in HERE.iterdir() if path.is_file() and path.name not in {*files, Path(__file__).name}]
    if check:
        for name in [*differing, *(path.name for path in extra)]:
            print(f"static/vendor/{name} is not as published", file=sys.stderr)
        return 1 if differing or extra else 0
    for path in extra:
        path.unlink()
    for name in differing:
        (HERE / name).write_bytes(files[name])
        print(f"wrote static/vendor/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
