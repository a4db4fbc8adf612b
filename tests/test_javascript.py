"""The browser code: its types hold, its own tests pass, and what the page loads agrees with what there is."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from board.dashboards import DASHBOARDS

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "static" / "js"
INDEX = (ROOT / "templates" / "index.html").read_text(encoding="utf-8")


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_types_hold():
    run("npx", "--no-install", "tsc", "--project", "tsconfig.json")


def test_unit_tests_pass():
    run("node", "--test", *map(str, sorted((ROOT / "tests" / "js").rglob("*.test.js"))))


def import_map() -> dict[str, str]:
    (text,) = re.findall(r'<script type="importmap">(.*?)</script>', INDEX, flags=re.DOTALL)
    return json.loads(text)["imports"]


def test_import_map_names_vendored_files():
    for name, address in import_map().items():
        assert (ROOT / address).is_file(), f"{name} -> {address}"


def test_addresses_of_the_page_are_relative_and_there():
    addresses = re.findall(r'(?:href|src)="([^"]*)"', INDEX)
    assert len(addresses) > 4
    for address in addresses:
        assert not address.startswith(("/", "http")), address
        assert (ROOT / address).is_file(), address


def imports_of(script: Path) -> list[str]:
    """What a module imports at once, not on demand."""
    return re.findall(
        r'^import\b(?:[^;"]*?\bfrom)?\s*"([^"]+)"', script.read_text(encoding="utf-8"), flags=re.MULTILINE
    )


def loaded_with(entry: Path) -> set[Path]:
    """All files the browser needs before `entry` can run, itself left out."""
    seen: set[Path] = set()
    waiting = [entry]
    while waiting:
        script = waiting.pop()
        for name in imports_of(script):
            target = (script.parent / name).resolve() if name.startswith(".") else (ROOT / import_map()[name]).resolve()
            if target not in seen:
                seen.add(target)
                if SCRIPTS in target.parents:
                    waiting.append(target)
    return seen


def test_page_asks_for_all_modules_at_once():
    """Without a preload list the browser learns of each level of imports only when the level above has arrived."""
    preloaded = {(ROOT / address).resolve() for address in re.findall(r'rel="modulepreload" href="([^"]*)"', INDEX)}
    needed = loaded_with(SCRIPTS / "main.js") | loaded_with(SCRIPTS / "dashboards" / "scalars.js")
    needed |= {SCRIPTS / "dashboards" / "scalars.js"}
    assert {path.name for path in needed - preloaded} == set(), "missing in templates/index.html"
    assert {path.name for path in preloaded - needed} == set(), "preloaded, but not needed"


def test_every_dashboard_of_the_server_has_code_in_the_page():
    table = (SCRIPTS / "dashboards" / "index.js").read_text(encoding="utf-8")
    entries = dict(re.findall(r'^  (\w+): \{ load: \(\) => import\("\./(\w+\.js)"\)', table, flags=re.MULTILINE))
    assert set(entries) == {dashboard.id for dashboard in DASHBOARDS}
    for module in entries.values():
        assert (SCRIPTS / "dashboards" / module).is_file(), module


@pytest.mark.parametrize(
    "forbidden", [r"\.innerHTML\b", r"\beval\(", r"new Function\(", r'\bstyle="', r"document\.write"]
)
def test_no_module_does_what_the_security_policy_forbids(forbidden):
    offenders = [str(path) for path in SCRIPTS.rglob("*.js") if re.search(forbidden, path.read_text(encoding="utf-8"))]
    assert offenders == []


def test_only_one_module_knows_the_chart_library():
    users = [path.name for path in SCRIPTS.rglob("*.js") if "uplot" in imports_of(path)]
    assert users == ["line_chart.js"]
