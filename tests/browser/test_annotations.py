"""What people say of runs, in the browser: a title that is seen everywhere, a star, a colour, a run out of sight."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect


@pytest.fixture
def runs(tmp_path, write_scalars) -> Path:
    for run in ("a", "b", "c"):
        write_scalars(tmp_path / run, {"loss": [1.0, 2.0, 3.0]})
    return tmp_path


@pytest.fixture
def board(runs, start_board):
    return start_board(runs)


@pytest.fixture
def page(board, open_page) -> Page:
    page = open_page(board.url + "#runs")
    expect(names(page)).to_have_text(["a", "b", "c"])
    return page


def names(page: Page) -> Locator:
    return page.locator(".runs-name-text")


def panel_of(page: Page, run: str) -> Locator:
    """Opens the panel of a run."""
    page.get_by_role("button", name=f"More about {run}", exact=True).focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name="Run")
    expect(panel.get_by_text(run, exact=True)).to_be_visible()
    return panel


def test_a_title_takes_the_place_of_the_name_on_all_pages_and_for_others(page, board, open_page, runs):
    panel = panel_of(page, "b")
    panel.get_by_label("Title").fill("The baseline")
    page.keyboard.press("Enter")
    expect(names(page)).to_have_text(["a", "The baseline", "c"])
    other = open_page(board.url + "#events")
    expect(other.locator(".run-name")).to_have_text(["a", "The baseline", "c"])
    panel.get_by_label("Title").fill("")
    page.keyboard.press("Enter")
    expect(names(page)).to_have_text(["a", "b", "c"])
    expect(other.locator(".run-name")).to_have_text(["a", "b", "c"])
    (file,) = (runs / ".graphboard").iterdir()
    assert [json.loads(line)["set"] for line in file.read_text().splitlines()] == [
        {"title": "The baseline"},
        {"title": ""},
    ]


def test_stars_tags_and_notes_are_kept_and_found(page):
    page.get_by_role("button", name="Give c a star").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Take the star from c")).to_have_attribute("aria-pressed", "true")
    panel = panel_of(page, "a")
    panel.get_by_label("Tags").fill("paper, old")
    panel.get_by_label("Notes").fill("diverges\nlate")
    page.keyboard.press("Escape")
    page.get_by_role("combobox", name="Filter runs").fill("tags = paper and notes ~ diverges or starred = true")
    expect(names(page)).to_have_text(["a", "c"])
    page.reload()
    panel = panel_of(page, "a")
    expect(panel.get_by_label("Tags")).to_have_value("paper, old")
    expect(panel.get_by_label("Notes")).to_have_value("diverges\nlate")


def test_a_chosen_colour_is_that_of_the_run_everywhere(page):
    panel = panel_of(page, "a")
    panel.get_by_label("magenta").check(force=True)
    box = page.get_by_role("checkbox", name="a", exact=True)
    expect(box).to_have_css("background-color", "rgb(203, 52, 171)")
    page.get_by_role("link", name="Events").click()
    expect(page.get_by_role("checkbox", name="a", exact=True)).to_have_css("background-color", "rgb(203, 52, 171)")


def test_a_hidden_run_is_neither_listed_nor_drawn_until_asked_for(page):
    panel_of(page, "b").get_by_label("Hidden").check()
    expect(names(page)).to_have_text(["a", "c"])
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Events").click()
    chart = page.get_by_role("img", name=re.compile("^loss"))
    expect(chart).to_have_attribute("aria-label", re.compile("a: 3 at step 2; c: 3 at step 2"))
    page.get_by_role("button", name="Show 1 hidden").click()
    expect(chart).to_have_attribute("aria-label", re.compile("a: 3.*; b: 3.*; c: 3"))
    page.get_by_role("link", name="Runs").click()
    expect(names(page)).to_have_text(["a", "b", "c"])
    page.get_by_role("button", name="Leave out hidden runs").click()
    expect(names(page)).to_have_text(["a", "c"])


def test_a_server_that_is_read_only_says_so(board, open_page, page):
    def read_only(route):
        route.fulfill(json={**route.fetch().json(), "writable": False})

    reader = open_page("about:blank")
    reader.route("**/api/runs/annotations", read_only)
    reader.goto(board.url + "#runs")
    expect(reader.get_by_role("button", name="More about a")).to_be_attached()
    expect(reader.get_by_role("button", name="Give a a star")).to_have_count(0)
    panel = panel_of(reader, "a")
    expect(panel.get_by_text("started with --read-only")).to_be_visible()
    expect(panel.get_by_label("Title")).to_be_disabled()
