"""Which part may import which: the architecture as a table, read off the sources."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# part -> the parts of ours it may import; each may import itself. The longest name that fits a module is its part.
MAY_IMPORT = {
    "writer.format": set(),
    "writer": {"writer.format"},
    "graphcore": {"writer", "writer.format"},
    "board": {"board.reading"},
    "board.errors": set(),
    "board.garbage": set(),
    "board.config": {"board"},
    "board.store": {"writer.format"},
    "board.annotations": set(),
    "board.logs": {"board.garbage", "board.store", "writer.format"},
    "board.query": {"board.annotations", "board.garbage", "board.store", "writer.format"},
    "board.compat": {"board.logs", "writer.format"},
    "board.reading": {"board.logs", "board.query", "board.store", "writer.format"},
    "board.dashboards": {"board.store", "board.query", "writer.format"},
    "board.web": {
        "board",
        "board.annotations",
        "board.config",
        "board.errors",
        "board.store",
        "board.query",
        "board.dashboards",
        "writer.format",
    },
    "board.console": set(),
    "board.commands": {
        "board",
        "board.compat",
        "board.config",
        "board.console",
        "board.errors",
        "board.store",
        "board.logs",
        "board.query",
        "board.reading",
        "board.web",
        "writer.format",
    },
    "board.cli": {"board.commands"},
    "board.__main__": {"board.cli"},
}
PACKAGES = ("writer", "graphcore", "board")


def part_of(module: str) -> str:
    return max((part for part in MAY_IMPORT if f"{module}.".startswith(f"{part}.")), key=len)


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or path.is_dir()


def imports(path: Path) -> set[str]:
    """The modules of ours that a source file imports, at its top or inside of functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import at line {node.lineno}"
            assert node.module is not None
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if is_module(name) else node.module for name in names}
    return {name for name in found if name.split(".")[0] in PACKAGES}


SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_a_module_imports_only_what_its_part_may(path):
    part = part_of(module_name(path))
    strangers = {name for name in imports(path) if part_of(name) not in MAY_IMPORT[part] | {part}}
    assert strangers == set()


def test_the_table_names_parts_that_exist():
    assert {part for part in MAY_IMPORT if not is_module(part)} == set()
    assert {stranger for allowed in MAY_IMPORT.values() for stranger in allowed} <= set(MAY_IMPORT)


def test_the_table_has_no_circles():
    remaining = dict(MAY_IMPORT)
    while remaining:
        free = [part for part, allowed in remaining.items() if not allowed & set(remaining)]
        assert free, f"circle among {sorted(remaining)}"
        for part in free:
            del remaining[part]
