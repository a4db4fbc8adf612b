"""What axe-core finds on the pages, in light and dark: nothing serious, whatever is open."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from writer.format import plugins
from writer.format.messages import Event
from writer.format.record import frame

GRAPHS = Path(__file__).parents[1] / "data" / "graphs"
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture
def logs(tmp_path, write_scalars) -> Path:
    for run in ("a", "b"):
        tags = {f"{group}/{tag}": [math.sqrt(step) for step in range(50)] for group in ("loss", "acc") for tag in "xy"}
        write_scalars(tmp_path / run, {**tags, "odd": [1.0, math.nan]})
    return tmp_path


@pytest.fixture
def traced_graph(tmp_path) -> Path:
    """A log with a graph and what one of its steps took."""
    traced = Event(wall_time=1002.0, step=7)
    traced.tagged_run_metadata.tag = "step_7"
    traced.tagged_run_metadata.run_metadata = (GRAPHS / "tf1_mlp.run_metadata.pb").read_bytes()
    graph = Event(wall_time=1001.0, graph_def=(GRAPHS / "tf1_mlp.pb").read_bytes())
    events = [Event(wall_time=1000.0, file_version=plugins.FILE_VERSION), graph, traced]
    (tmp_path / "events.out.tfevents.1").write_bytes(b"".join(frame(event.SerializeToString()) for event in events))
    return tmp_path


def serious(page: Page) -> list[str]:
    """Violations that keep somebody from using the page: rule, element, what is wrong.

    The name of a node of a picture begins with its label; axe-core takes the tooltip (`<title>`) for visible text, too.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{violation['id']}: {node['html'][:200]} ({node['failureSummary']})"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
        if not (violation["id"] == "label-content-name-mismatch" and node["html"].startswith("<g "))
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_violation_on_the_events_page(scheme, logs, start_board, open_page):
    url = start_board(logs).url
    page = open_page(url + "#events&pins=odd&mark=step~10&axis=metric", color_scheme=scheme)
    page.get_by_role("region", name="Values of loss/x at the mark").wait_for()
    assert serious(page) == []
    page.get_by_role("button", name="Save loss/x").click()
    page.get_by_role("button", name="Settings").click()
    expect(page.get_by_role("dialog")).to_have_count(2)
    assert serious(page) == []
    page.goto(url + "#events&full=loss/x&tags=[")
    page.get_by_role("dialog", name="loss/x, full screen").wait_for()
    assert serious(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_violation_on_the_page_of_a_graph(scheme, traced_graph, start_board, open_page):
    page = open_page(
        start_board(traced_graph).url + "#graphs&paint=time&open=gradients&node=hidden", color_scheme=scheme
    )
    expect(page.get_by_role("complementary", name="Selected node")).to_contain_text("traced step")
    page.get_by_text("Legend").click()
    page.get_by_role("button", name="Profile").click()
    expect(page.get_by_role("region", name="Profile").get_by_role("row").nth(1)).to_be_visible()
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Download", exact=True).click()
    page.get_by_role("dialog", name="Download").wait_for()
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("combobox", name="Search nodes").fill("hidden")
    page.get_by_role("listbox", name="Nodes found").wait_for()
    assert serious(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("dashboard", ["runs", "graphs"])
def test_no_serious_violation_on_the_other_pages(dashboard, scheme, logs, start_board, open_page):
    page = open_page(start_board(logs).url + f"#{dashboard}", color_scheme=scheme)
    expect(page.get_by_role("navigation").get_by_role("link").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert serious(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_violation_in_the_panels_of_the_runs_page_and_with_groups(scheme, logs, start_board, open_page):
    url = start_board(logs).url
    page = open_page(url + "#runs", color_scheme=scheme)
    page.get_by_role("button", name="More about a").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Run").wait_for()
    assert serious(page) == []
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("dialog", name="Columns").wait_for()
    assert serious(page) == []
    page.goto(url + "#runs&compare=a,b")
    page.get_by_text("2 runs side by side").wait_for()
    page.get_by_role("rowheader").first.wait_for()
    assert serious(page) == []
    page.goto(url + "#events&groups=status&runs=nothing<")
    page.get_by_text("1 of 1 group").wait_for()
    page.get_by_text("A value is missing").wait_for()
    assert serious(page) == []
