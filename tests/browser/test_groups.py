"""What people do with groups of runs: see how seeds spread, compare means, look who is in a group."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import writer


@pytest.fixture
def sweep(tmp_path) -> Path:
    """Two learning rates with three seeds each."""
    for lr in (0.1, 0.01):
        for seed in range(3):
            with writer.SummaryWriter(str(tmp_path / f"lr{lr:g}" / f"seed{seed}")) as log:
                log.add_hparams({"lr": lr, "seed": seed})
                for step in range(20):
                    log.add_scalar("loss", 10 * lr + seed, step, walltime=1_700_000_000.0 + step)
    return tmp_path


@pytest.fixture
def page(sweep, start_board, open_page) -> Page:
    return open_page(start_board(sweep).url + "#events&smoothing=0")


def chart(page: Page, tag: str = "loss") -> Locator:
    return page.get_by_role("article", name=tag, exact=True).get_by_role("img")


def point_at_the_middle(page: Page) -> Locator:
    box = page.locator(".u-over").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tooltip = page.get_by_role("tooltip")
    tooltip.wait_for()
    return tooltip


def test_runs_that_differ_in_their_seed_only_are_offered_as_groups(page):
    page.get_by_role("button", name="Group them").click()
    expect(chart(page)).to_have_attribute(
        "aria-label", "loss, last values: lr=0.01: 1.1 at step 19; lr=0.1: 2 at step 19"
    )
    expect(page.get_by_text("2 of 2 groups")).to_be_visible()
    expect(page).to_have_url(re.compile("groups=seeds"))
    tooltip = point_at_the_middle(page)
    expect(tooltip.locator("tbody tr", has_text="lr=0.1")).to_have_text(re.compile("lr=0.121 to 339"))
    expect(tooltip.get_by_role("columnheader")).to_have_text(["", "Group", "Value", "Band", "Runs", "Step"])
    page.go_back()
    expect(chart(page)).to_have_attribute("aria-label", re.compile("lr0.01/seed0.*and 1 more run"))


def test_line_and_band_of_a_group_are_chosen(page):
    page.get_by_label("Group runs by").select_option("hparam.lr")
    page.get_by_label("Band").select_option("range")
    expect(point_at_the_middle(page).locator("tbody tr", has_text="lr=0.01")).to_have_text(re.compile("0.1 to 2.1"))
    page.reload()
    expect(point_at_the_middle(page).locator("tbody tr", has_text="lr=0.01")).to_have_text(re.compile("0.1 to 2.1"))
    page.get_by_text("Median", exact=True).click()
    page.get_by_label("Band").select_option("iqr")
    expect(point_at_the_middle(page).locator("tbody tr", has_text="lr=0.01")).to_have_text(re.compile("0.6 to 1.6"))
    page.get_by_role("button", name="Do not group by lr").click()
    expect(page.get_by_text("6 of 6 runs")).to_be_visible()


def test_groups_are_switched_isolated_and_made_by_an_expression(page):
    page.get_by_label("Group runs by").select_option("/")
    page.get_by_label("Regular expression whose brackets make the groups").fill("(seed.)")
    page.keyboard.press("Enter")
    expect(page.get_by_text("3 of 3 groups")).to_be_visible()
    page.get_by_role("checkbox", name="seed0").uncheck()
    expect(chart(page)).to_have_attribute(
        "aria-label", "loss, last values: seed1: 1.55 at step 19; seed2: 2.55 at step 19"
    )
    page.get_by_role("button", name="Show only seed1").click()
    expect(chart(page)).to_have_attribute("aria-label", "loss, last values: seed1: 1.55 at step 19")
    page.get_by_role("button", name="Save loss").click()
    page.get_by_text("One run alone").click()
    expect(page.locator(".save-run")).to_have_text(["lr0.01/seed1", "lr0.1/seed1"])


def test_a_group_follows_its_runs(page, sweep):
    page.get_by_role("button", name="Group them").click()
    chart(page).wait_for()
    with writer.SummaryWriter(str(sweep / "lr0.1" / "seed0")) as log:
        log.add_scalar("loss", 100.0, 20)
    expect(chart(page)).to_have_attribute("aria-label", re.compile("lr=0.1: 100 at step 20"))


def test_the_values_of_groups_are_kept_at_a_mark(page):
    page.get_by_role("button", name="Group them").click()
    chart(page).wait_for()
    point_at_the_middle(page)
    page.mouse.down()
    page.mouse.up()
    marked = page.get_by_role("region", name="Values of loss at the mark")
    expect(marked.locator("tbody tr")).to_have_text([re.compile("lr=0.011.1"), re.compile("lr=0.12")])


def test_what_cannot_be_grouped_by_is_told(sweep, start_board, open_page):
    page = open_page(start_board(sweep).url + "#events&groups=nothing")
    expect(page.get_by_text("no column 'nothing'")).to_be_visible()
    page.get_by_role("button", name="Do not group by nothing").click()
    chart(page).wait_for()


def test_an_address_with_a_filter_that_cannot_be_read_shows_all_groups(sweep, start_board, open_page):
    page = open_page(start_board(sweep).url + "#events&groups=hparam.lr&runs=lr<")
    expect(page.get_by_text("2 of 2 groups")).to_be_visible()
    expect(page.get_by_text("A value is missing")).to_be_visible()
    page.get_by_role("combobox", name="Filter runs").fill("lr < 0.05")
    expect(page.get_by_text("1 of 1 group")).to_be_visible()
