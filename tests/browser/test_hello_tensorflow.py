"""The first thing a new user does: run the example, open the board, look at both pages."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

EXAMPLE = Path(__file__).parents[2] / "examples" / "hello_tensorflow.py"

# Each step of gradient descent takes 5 % off the weight, which starts at 0.8; step 99 is written before the 100th.
LAST_WEIGHT = 0.8 * 0.95**99
LAST_VALUES = {"input": 1.0, "weight": LAST_WEIGHT, "output": LAST_WEIGHT, "correct_value": 0.0, "loss": LAST_WEIGHT**2}


@pytest.fixture
def log(tmp_path) -> Path:
    """What the example logs."""
    subprocess.run([sys.executable, str(EXAMPLE)], cwd=tmp_path, check=True)
    return tmp_path / "log_simple_stats"


def test_five_charts_end_at_the_values_of_the_last_step(log, start_board, open_page):
    page = open_page(start_board(log).url + "#events")
    expect(page.get_by_role("article")).to_have_count(5)
    for tag, value in LAST_VALUES.items():
        label = page.get_by_role("article", name=tag, exact=True).get_by_role("img").get_attribute("aria-label") or ""
        told = re.fullmatch(rf"{tag}, last values: \.: (\S+) at step 99", label)
        assert told is not None, label
        assert float(told[1].replace("−", "-")) == pytest.approx(value, rel=1e-4)


def test_both_tabs_are_there_and_the_graph_opens_from_its_tab(log, start_board, open_page):
    page = open_page(start_board(log).url)
    tabs = page.get_by_role("navigation", name="Dashboards").get_by_role("link")
    expect(tabs).to_have_text(["Events", "Runs", "Graphs"])
    tabs.filter(has_text="Graphs").click()
    expect(page).to_have_url(re.compile("#graphs"))
    expect(page.locator('.graph-node[data-path="gradients"]')).to_be_visible()
    page.go_back()
    expect(page.get_by_role("article", name="loss", exact=True).get_by_role("img")).to_be_visible()
