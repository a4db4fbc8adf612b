"""What people do on the page of runs: look who is best, find runs by what they know of them, choose what to draw."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import writer

RUNS = {
    "a": {"lr": 0.1, "optimizer": "sgd", "accuracies": [0.2, 0.9, 0.4]},
    "b": {"lr": 0.01, "optimizer": "adam", "accuracies": [0.3, 0.5, 0.7]},
    "c": {"lr": 0.001, "optimizer": "adam", "accuracies": [0.1, 0.2, 0.3]},
}


@pytest.fixture
def three_runs(tmp_path) -> Path:
    for name, run in RUNS.items():
        with writer.SummaryWriter(str(tmp_path / name)) as log:
            log.add_hparams({key: run[key] for key in ("lr", "optimizer")})
            for step, value in enumerate(run["accuracies"]):
                log.add_scalar("val/acc", value, 100 * step, walltime=1_700_000_000.0 + step)
                log.add_scalar("loss", 1 - value, 100 * step, walltime=1_700_000_000.0 + step)
    return tmp_path


@pytest.fixture
def page(three_runs, start_board, open_page) -> Page:
    page = open_page(start_board(three_runs).url + "#runs")
    expect(names(page)).to_have_text(["a", "b", "c"])
    return page


def names(page: Page) -> Locator:
    """The runs of the table, from the top."""
    return page.locator(".runs-name-text")


def heading(page: Page, name: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("columnheader", name=name).get_by_role("button")


def cells(page: Page, column: str) -> list[str]:
    """What stands below a heading."""
    headings = [text.replace("\n", " ").strip(" ↑↓") for text in page.locator("thead th").all_inner_texts()]
    place = headings.index(column)
    return page.locator(f"tbody .runs-row > :nth-child({place + 1})").all_inner_texts()


def filter_box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Filter runs")


def test_the_table_tells_of_each_run_how_it_stands_and_what_it_is_compared_by(page):
    assert cells(page, "Status") == ["finished"] * 3
    assert cells(page, "lr") == ["0.1", "0.01", "0.001"]
    assert cells(page, "optimizer") == ["sgd", "adam", "adam"]
    assert cells(page, "val/acc best") == ["0.9", "0.7", "0.3"]
    assert cells(page, "loss best") == ["0.1", "0.3", "0.7"]
    expect(page.locator("[title='0.8999999761581421 at step 100']")).to_be_visible()


def test_a_heading_sorts_with_the_best_first_and_the_address_keeps_it(page):
    heading(page, re.compile("val.acc")).click()
    expect(names(page)).to_have_text(["a", "b", "c"])
    heading(page, re.compile("val.acc")).click()
    expect(names(page)).to_have_text(["c", "b", "a"])
    expect(page.get_by_role("columnheader", name=re.compile("val.acc"))).to_have_attribute("aria-sort", "ascending")
    page.reload()
    expect(names(page)).to_have_text(["c", "b", "a"])
    page.go_back()
    expect(names(page)).to_have_text(["a", "b", "c"])


def test_one_box_finds_runs_by_name_hyperparameter_and_metric(page):
    filter_box(page).fill("lr < 0.05 and val/acc.max > 0.5")
    expect(names(page)).to_have_text(["b"])
    expect(page.get_by_text("1 of 3 runs")).to_be_visible()
    filter_box(page).fill("optimizer = sgd or c")
    expect(names(page)).to_have_text(["a", "c"])
    page.get_by_role("link", name="Events").click()
    expect(filter_box(page)).to_have_value("optimizer = sgd or c")
    expect(page.get_by_text("2 of 2 runs")).to_be_visible()


def test_what_cannot_be_read_is_underlined_and_the_rows_stay(page):
    filter_box(page).fill("optimizer = adam")
    expect(names(page)).to_have_text(["b", "c"])
    filter_box(page).fill("optimizer = adam and rate < 2")
    expect(page.locator(".filter-place mark")).to_have_text("rate")
    expect(page.get_by_text("No column 'rate'")).to_be_visible()
    expect(filter_box(page)).to_have_attribute("aria-invalid", "true")
    expect(names(page)).to_have_text(["b", "c"])
    filter_box(page).fill("")
    expect(names(page)).to_have_text(["a", "b", "c"])


def test_columns_and_values_are_suggested_and_taken_with_the_keyboard(page):
    filter_box(page).press_sequentially("opt")
    expect(page.get_by_role("option")).to_have_text(["optimizerhyperparameter"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(filter_box(page)).to_have_value("optimizer")
    page.keyboard.type(" = s")
    page.get_by_role("option", name="sgd").click()
    expect(filter_box(page)).to_have_value("optimizer = sgd")
    expect(names(page)).to_have_text(["a"])
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)


def test_a_filter_that_nothing_meets_can_be_given_up(page):
    filter_box(page).fill("nobody")
    page.get_by_role("button", name="Show all runs").click()
    expect(names(page)).to_have_text(["a", "b", "c"])


def test_columns_are_chosen_ordered_and_dropped(page):
    page.get_by_role("button", name="Columns").click()
    panel = page.get_by_role("dialog", name="Columns")
    panel.get_by_role("group", name="Columns of val/acc").get_by_role("button", name="last").click()
    expect(page.get_by_role("columnheader", name=re.compile("val.acc.?last"))).to_be_attached()
    panel.get_by_role("button", name="Remove Started").click()
    expect(page.get_by_role("columnheader", name="Started")).to_have_count(0)
    panel.get_by_role("button", name="Move lr to the left").click()
    panel.get_by_label("What is best of loss").select_option("max")
    expect(page.locator("thead th").nth(3)).to_have_text(re.compile("lr"))
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    page.reload()
    expect(names(page)).to_have_text(["a", "b", "c"])
    assert cells(page, "val/acc last") == ["0.4", "0.7", "0.3"]
    assert cells(page, "loss best") == ["0.8", "0.7", "0.9"]


def test_columns_are_moved_and_resized_at_their_headings(page):
    heading(page, "optimizer").focus()
    page.keyboard.press("Alt+ArrowLeft")
    expect(page.locator("thead th").nth(5)).to_have_text(re.compile("optimizer"))
    page.locator("thead th").nth(5).drag_to(page.locator("thead th").nth(1))
    expect(page.locator("thead th").nth(1)).to_have_text(re.compile("optimizer"))
    edge = page.get_by_role("separator", name="Width of Status")
    before = int(edge.get_attribute("aria-valuenow") or 0)
    edge.focus()
    page.keyboard.press("ArrowRight")
    expect(edge).to_have_attribute("aria-valuenow", str(before + 16))
    page.reload()
    expect(edge).to_have_attribute("aria-valuenow", str(before + 16))


def test_runs_selected_in_the_table_are_those_drawn(page):
    heading(page, re.compile("val.acc")).click()
    page.get_by_label("How many runs to select").fill("2")
    page.get_by_role("button", name="Select the first").click()
    expect(page.get_by_role("checkbox", name="c", exact=True)).not_to_be_checked()
    page.get_by_role("row", name=re.compile("^b ")).hover()
    page.get_by_role("button", name="Select only b").click()
    page.get_by_role("link", name="Events").click()
    expect(page.get_by_role("img", name=re.compile("loss, last values: b: 0.3 at step 200$"))).to_be_visible()


def test_the_table_is_downloaded_as_csv(page):
    filter_box(page).fill("optimizer = adam")
    expect(names(page)).to_have_text(["b", "c"])
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    lines = Path(download.value.path()).read_text().splitlines()
    assert lines[0].startswith("name,status,start,duration,steps,hparam.lr,hparam.optimizer,val/acc.best")
    assert [line.split(",")[0] for line in lines[1:]] == ["b", "c"]


def test_numbers_in_the_table_follow_what_is_logged(page, three_runs):
    with writer.SummaryWriter(str(three_runs / "b")) as log:
        log.add_scalar("val/acc", 0.95, 300)
    expect(page.locator("[title$='at step 300']", has_text="0.95")).to_be_visible()


def test_a_thousand_runs_scroll_and_only_those_in_sight_are_drawn(tmp_path, start_board, open_page, write_scalars):
    for index in range(1000):
        write_scalars(tmp_path / f"run{index}", {"loss": [float(index)]})
    page = open_page(start_board(tmp_path).url + "#runs")
    expect(page.get_by_text("1,000 runs", exact=True)).to_be_visible()
    expect(names(page).first).to_have_text("run0")
    page.get_by_label("Table of runs").focus()
    page.keyboard.press("End")
    expect(names(page).last).to_have_text("run999")
    assert names(page).count() < 80
    heading(page, re.compile("loss")).click()
    expect(names(page).first).to_have_text("run0")
    page.get_by_role("link", name="Events").click()
    beside_charts = page.get_by_role("region", name="Runs").get_by_role("checkbox", name=re.compile("^run"))
    expect(beside_charts.first).to_be_checked()
    page.get_by_role("region", name="Runs").get_by_role("list").last.evaluate("list => list.scrollTo(0, 1e6)")
    expect(page.get_by_role("checkbox", name="run999", exact=True)).to_be_visible()
    assert beside_charts.count() < 80


def test_an_address_with_a_filter_draws_only_what_it_finds(three_runs, start_board, open_page):
    page = open_page(start_board(three_runs).url + "#events&runs=val/acc.max>0.8")
    expect(page.get_by_role("img", name=re.compile("loss, last values: a: 0.6 at step 200$"))).to_be_visible()


def test_selected_runs_are_compared_with_a_baseline(page):
    page.get_by_role("checkbox", name="c", exact=True).uncheck()
    page.get_by_role("button", name="Compare").click()
    table = page.get_by_role("region", name="Comparison").get_by_role("table")
    expect(table.locator(".comparison-name")).to_have_text(["a", "b"])
    expect(table.get_by_role("row", name=re.compile("^lr"))).to_have_text("lr0.10.01")
    best = table.locator(".comparison-best", has_text="val/acc")
    expect(best.locator(".difference-worse")).to_have_text(re.compile(r"−0\.2\s*\(−22\.2 %\)"))
    table.get_by_role("button", name="make baseline: b").click()
    expect(table.locator(".comparison-name")).to_have_text(["b", "a"])
    expect(best.locator(".difference-better")).to_have_text(re.compile(r"\+0\.2\s*\(\+28\.6 %\)"))
    page.reload()
    expect(table.locator(".comparison-name")).to_have_text(["b", "a"])
    page.get_by_label("Find a metric").fill("loss")
    expect(best).to_have_count(0)
    page.go_back()
    expect(table.locator(".comparison-name")).to_have_text(["a", "b"])
    page.get_by_role("button", name="Back to the table").click()
    expect(names(page)).to_have_text(["a", "b", "c"])
