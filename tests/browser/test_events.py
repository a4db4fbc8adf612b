"""What people do on the events page: read charts, compare runs, look closer, come back later."""

from __future__ import annotations

import io
import json
import math
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import Download, Locator, Page, Route, expect

import writer

TAGS = ["accuracy/test", "accuracy/train", "loss/test", "loss/train", "learning_rate"]
STEPS = 100


def curve(tag: str, run: int) -> list[float]:
    """Different for every tag and run, so that a mix-up shows."""
    return [(TAGS.index(tag) + 1) * math.exp(-step / 30) + run for step in range(STEPS)]


@pytest.fixture
def two_runs(tmp_path, write_scalars) -> Path:
    """Runs "first" and "second" with five tags of 100 points each."""
    for index, run in enumerate(["first", "second"]):
        write_scalars(tmp_path / run, {tag: curve(tag, index) for tag in TAGS})
    return tmp_path


@pytest.fixture
def page(two_runs, start_board, open_page) -> Page:
    """The events page of `two_runs`."""
    return open_page(start_board(two_runs).url + "#events")


def card(page: Page, tag: str) -> Locator:
    return page.get_by_role("article", name=tag, exact=True)


def reopen(page, more):
    """Opens the page anew with more in its address: nothing of what was drawn before is there to be mistaken for it."""
    url = page.url + more
    page.goto("about:blank")
    page.goto(url)


def chart(page: Page, tag: str) -> Locator:
    return card(page, tag).get_by_role("img")


def plot(page: Page, tag: str) -> Locator:
    """The inside of a chart, without its axes."""
    return card(page, tag).locator(".u-over")


def point_at(page: Page, tag: str, across: float, down: float = 0.5) -> Locator:
    """Moves the pointer into a plot, to parts of its width and height, and returns the tooltip."""
    place = plot(page, tag)
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
    tooltip = page.get_by_role("tooltip")
    tooltip.wait_for()
    return tooltip


def drag(page: Page, tag: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drags over a plot; places are parts of its width and height."""
    place = plot(page, tag)
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + start[0] * box["width"], box["y"] + start[1] * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"], steps=4)
    page.mouse.up()


def rows(tooltip: Locator) -> dict[str, list[str]]:
    """The tooltip's rows by run: the texts of the columns behind the name."""
    table = tooltip.locator("tbody tr").all()
    return {cells[1]: cells[2:] for cells in ([cell.inner_text() for cell in row.locator("td").all()] for row in table)}


def background(page: Page) -> list[int]:
    color = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return [int(part) for part in re.findall(r"\d+", color)[:3]]


def test_each_tag_has_a_chart_that_ends_at_its_last_value(page):
    for tag in TAGS:
        first, second = (f"{curve(tag, run)[-1]:.5g}" for run in (0, 1))
        label = f"{tag}, last values: first: {first} at step 99; second: {second} at step 99"
        expect(chart(page, tag)).to_have_attribute("aria-label", label)
    assert page.get_by_role("heading", level=2).all_inner_texts() == ["accuracy\n2", "learning_rate\n1", "loss\n2"]


def test_lines_are_drawn_in_the_colours_of_the_run_list(page):
    chart(page, "loss/train").wait_for()
    colors = page.evaluate("""() => {
        const inList = [...document.querySelectorAll(".run-check")].map((box) => getComputedStyle(box).backgroundColor);
        const canvas = document.querySelector("article[aria-label='loss/train'] .uplot canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const counts = {};
        for (let i = 0; i < data.length; i += 4) {
            if (data[i + 3] === 255) {
                const color = `rgb(${data[i]}, ${data[i + 1]}, ${data[i + 2]})`;
                counts[color] = (counts[color] ?? 0) + 1;
            }
        }
        return inList.map((color) => [color, counts[color] ?? 0]);
    }""")
    assert len({color for color, _ in colors}) == 2
    assert all(pixels > 100 for _, pixels in colors)


def test_tooltip_tells_value_step_and_time_of_every_run(page):
    reopen(page, "&smoothing=0")
    told = rows(point_at(page, "loss/train", across=0.99))
    last = curve("loss/train", 1)[-1]
    assert told["second"][:2] == [f"{last:.5g}", "99"]
    assert told["second"][3] == "1 min 39 s"
    assert set(told) == {"first", "second"}


def test_nearest_run_is_first_and_highlighted(page):
    tooltip = point_at(page, "loss/train", across=0.9, down=0.98)
    assert next(iter(rows(tooltip))) == "first"
    expect(tooltip.locator(".tooltip-closest")).to_contain_text("first")
    tooltip = point_at(page, "loss/train", across=0.9, down=0.7)
    assert next(iter(rows(tooltip))) == "second"


def test_smoothing_is_a_debiased_moving_average_over_all_points(page):
    chart(page, "loss/train").wait_for()
    page.get_by_role("spinbutton", name="Smoothing as a number").fill("0.9")
    average, expected = 0.0, 0.0
    for count, value in enumerate(curve("loss/train", 0), 1):
        average = 0.9 * average + 0.1 * value
        expected = average / (1 - 0.9**count)

    expect(page).to_have_url(re.compile("smoothing=0.9"))
    expect(point_at(page, "loss/train", across=0.99)).to_contain_text(f"{expected:.5g}")


def test_another_metric_runs_along_x_and_points_without_it_are_told(tmp_path, write_scalars, start_board, open_page):
    write_scalars(tmp_path / "a", {"loss": [float(10 - step) for step in range(10)]})
    write_scalars(tmp_path / "a", {"tokens": [4000.0, 5000.0, 6000.0, 7000.0]}, first_step=3)
    page = open_page(start_board(tmp_path).url + "#events&smoothing=0")
    chart(page, "loss").wait_for()
    page.get_by_role("toolbar").get_by_text("Metric").click()
    expect(card(page, "loss")).not_to_contain_text("left out")  # steps, until one is chosen
    page.get_by_label("Metric along x").fill("tokens")
    expect(card(page, "loss")).to_contain_text("6 left out: without tokens")
    assert rows(point_at(page, "loss", across=0.66))["a"][:2] == ["5", "5"]
    assert "axis=metric" in page.url
    expect(page).to_have_url(re.compile("xMetric=tokens"))
    page.go_back()
    expect(card(page, "loss")).not_to_contain_text("left out")


def test_logarithmic_axes_leave_out_0_in_x_and_show_both_signs_in_y(tmp_path, write_scalars, start_board, open_page):
    write_scalars(tmp_path, {"reward": [-1000.0 * 0.9**step + 10 for step in range(100)]})
    page = open_page(start_board(tmp_path).url + "#events&smoothing=0&logX&logY")
    expect(card(page, "reward")).to_contain_text("1 left out: at 0 or below")
    half_way = rows(point_at(page, "reward", across=0.5))["."]
    assert half_way[1] == "10"  # in the middle between 1 and 99
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("dialog", name="Settings").get_by_role("checkbox", name="Log x").uncheck()
    expect(card(page, "reward")).not_to_contain_text("left out")


def test_a_y_range_is_set_by_numbers_for_one_chart_or_for_all(page):
    card(page, "loss/train").get_by_role("button", name="More for loss/train").click()
    page.get_by_role("menuitem", name="Set the y range").click()
    dialog = page.get_by_role("dialog", name="Y range of loss/train")
    dialog.get_by_label("From").fill("-2")
    dialog.get_by_label("To").fill("8")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"zoom=loss/train~step~~~-2~8"))
    dialog.get_by_role("button", name="Use in all charts").click()
    expect(page).to_have_url(re.compile("yRange=-2,8"))
    assert "zoom=" not in page.url
    page.keyboard.press("Escape")
    page.goto(page.url)
    chart(page, "accuracy/test").wait_for()
    closest = point_at(page, "accuracy/test", across=0.99, down=0.7).locator(".tooltip-closest")
    expect(closest).to_contain_text("second")  # which ends at 1.04, 0.3 of the way from -2 to 8


def test_a_zoom_is_in_the_address(page):
    drag(page, "loss/train", (0.2, 0.5), (0.6, 0.52))
    expect(page).to_have_url(re.compile("zoom=loss/train~step~"))
    told = card(page, "loss/train").locator(".card-points").inner_text()
    assert " of 200 points" in told
    page.goto(page.url)
    page.reload()
    expect(card(page, "loss/train").locator(".card-points")).to_have_text(told)
    expect(card(page, "loss/test").locator(".card-points")).to_have_text("200 points, all kept")


def test_all_charts_are_zoomed_together_on_request(two_runs, start_board, open_page):
    page = open_page(start_board(two_runs).url + "#events&syncZoom")
    drag(page, "loss/train", (0.2, 0.5), (0.6, 0.52))
    told = card(page, "loss/train").locator(".card-points")
    expect(told).to_have_text(re.compile(r"^\d\d of 200 points"))
    for tag in TAGS:
        expect(card(page, tag).locator(".card-points")).to_have_text(told.inner_text())
    card(page, "loss/test").get_by_role("button", name="Reset zoom of loss/test").click()
    expect(told).to_have_text("200 points, all kept")


def overlay_is_clear(page: Page, tag: str) -> bool:
    return (
        card(page, tag)
        .locator("canvas.chart-overlay")
        .evaluate("""canvas => {
        const { width, height } = canvas;
        return canvas.toDataURL() === Object.assign(document.createElement("canvas"), { width, height }).toDataURL();
    }""")
    )


def test_the_crosshair_of_one_chart_is_shown_in_the_others(page):
    chart(page, "loss/test").wait_for()
    point_at(page, "loss/train", across=0.5)
    assert not overlay_is_clear(page, "loss/test")
    page.mouse.move(5, 5)
    expect(page.get_by_role("tooltip")).to_have_count(0)
    assert overlay_is_clear(page, "loss/test")
    reopen(page, "&syncCursor=false")
    chart(page, "loss/test").wait_for()
    point_at(page, "loss/train", across=0.5)
    assert overlay_is_clear(page, "loss/test")


def click(page: Page, tag: str, across: float, down: float = 0.5) -> None:
    place = plot(page, tag)
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box is not None
    place.click(position={"x": across * box["width"], "y": down * box["height"]})


def marked(page: Page, tag: str) -> dict[str, list[str]]:
    """The rows of the table below a chart, by run."""
    table = page.get_by_role("region", name=f"Values of {tag} at the mark")
    table.wait_for()
    rows = table.locator("tbody tr").all()
    return {row.locator("th").inner_text().strip(): row.locator("td").all_inner_texts() for row in rows}


def test_a_click_lists_the_values_of_all_charts_there_and_another_takes_them_away(page):
    reopen(page, "&smoothing=0")
    chart(page, "loss/test").wait_for()
    click(page, "loss/train", across=0.5)
    expect(page).to_have_url(re.compile(r"mark=step~\d+$"))
    step = int(page.url.rpartition("~")[2])
    for tag in ("loss/train", "accuracy/test"):
        expect(page.get_by_role("region", name=f"Values of {tag} at the mark")).to_be_visible()
        wanted = {run: [f"{curve(tag, i)[step]:.5g}", str(step)] for i, run in enumerate(["first", "second"])}
        assert marked(page, tag) == wanted
    page.get_by_role("region", name="Mark", exact=True).get_by_label("Marked step").fill("10")
    page.keyboard.press("Enter")
    cell = page.get_by_role("region", name="Values of loss/train at the mark").get_by_role("cell")
    expect(cell.nth(1)).to_have_text("10")
    page.get_by_role("button", name="Clear the mark").click()
    expect(page.get_by_role("region", name="Values of loss/train at the mark")).to_have_count(0)
    page.go_back()
    expect(cell.nth(1)).to_have_text("10")


def test_a_stretch_is_described_from_all_points_and_sorted_by_any_column(page):
    reopen(page, "&mark=step~10~40")
    change = curve("loss/train", 0)[40] - curve("loss/train", 0)[10]
    told = marked(page, "loss/train")["first"]
    assert told[2] == f"{change:.5g}".replace("-", "\u2212")
    assert told[4:6] == [f"{curve('loss/train', 0)[40]:.5g}", f"{curve('loss/train', 0)[10]:.5g}"]
    assert told[7] == "31"
    table = page.get_by_role("region", name="Values of loss/test at the mark")
    table.get_by_role("button", name="Max").click()
    expect(table.locator("tbody th").first).to_have_text("second")
    expect(table.get_by_role("columnheader", name="Max")).to_have_attribute("aria-sort", "descending")
    table.get_by_role("button", name="Max").click()
    expect(table.locator("tbody th").first).to_have_text("first")
    assert list(marked(page, "loss/train")) == ["first", "second"]


def test_points_are_marked_with_the_keyboard(page):
    reopen(page, "&smoothing=0")
    chart(page, "loss/train").wait_for()
    reader(page, "loss/train").press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("mark=step~0$"))
    page.keyboard.press("PageDown")
    page.keyboard.press("Shift+Enter")
    expect(page).to_have_url(re.compile("mark=step~0~10$"))
    expect(said(page, "loss/train")).to_have_text("Marked up to here")


def test_a_double_click_marks_nothing(page):
    drag(page, "loss/train", (0.2, 0.5), (0.6, 0.52))
    expect(card(page, "loss/train").locator(".card-points")).to_contain_text(" of ")
    assert "mark=" not in page.url
    plot(page, "loss/train").dblclick()
    expect(card(page, "loss/train").locator(".card-points")).to_contain_text("all kept")
    click(page, "loss/test", across=0.5)  # later than a mark of the double click would have come
    expect(page).to_have_url(re.compile("mark=step~"))
    assert page.evaluate("history.length") == 3


def test_values_at_the_mark_follow_new_points(page, two_runs, write_scalars):
    reopen(page, "&smoothing=0&mark=step~500")
    assert marked(page, "loss/train")["first"][1] == "99"
    write_scalars(two_runs / "first", {"loss/train": [7.25, 8.5]}, first_step=STEPS)
    table = page.get_by_role("region", name="Values of loss/train at the mark")
    expect(table.locator("tbody tr").first).to_contain_text("8.5")


def test_pinned_charts_stand_on_top_whatever_is_filtered_and_when_one_comes_back(
    page, two_runs, start_board, open_page
):
    card(page, "loss/train").get_by_role("button", name="Pin loss/train to the top").click()
    card(page, "accuracy/test").get_by_role("button", name="Pin accuracy/test to the top").click()
    pinned = page.get_by_role("region", name="Pinned")
    page.get_by_role("searchbox", name="Filter tags").fill("learning")
    expect(pinned.get_by_role("article")).to_have_count(2)
    assert [article.get_attribute("aria-label") for article in pinned.get_by_role("article").all()] == [
        "loss/train", "accuracy/test",
    ]  # fmt: skip
    expect(page).to_have_url(re.compile("pins=loss/train,accuracy/test"))
    page.goto(page.url.partition("#")[0])  # without what the address says
    expect(pinned.get_by_role("article")).to_have_count(2)
    expect(page.get_by_role("article")).to_have_count(len(TAGS))
    pinned.get_by_role("button", name="Unpin loss/train").click()
    expect(pinned.get_by_role("article")).to_have_count(1)
    page.get_by_role("button", name="Unpin all").click()
    expect(pinned).to_have_count(0)


def test_a_chart_covers_the_page_until_escape_or_back(page):
    chart(page, "loss/train").wait_for()
    card(page, "loss/train").get_by_role("button", name="More for loss/train").press("Enter")
    expect(page.get_by_role("menuitem", name="Full screen")).to_be_focused()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="loss/train, full screen")
    box = dialog.get_by_role("img").bounding_box()
    assert box is not None
    assert box["width"] > 1200
    assert box["height"] > 700
    expect(page).to_have_url(re.compile("full=loss/train"))
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.go_back()
    expect(dialog).to_be_visible()
    page.go_back()
    expect(dialog).to_have_count(0)
    expect(chart(page, "loss/train")).to_be_visible()


def test_menus_are_walked_through_with_the_arrow_keys_and_give_the_focus_back(page):
    button = card(page, "loss/train").get_by_role("button", name="More for loss/train")
    button.press("Enter")
    items = page.get_by_role("menuitem")
    expect(items.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(items.nth(1)).to_be_focused()
    page.keyboard.press("Home")
    expect(items.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(items).to_have_count(0)
    expect(button).to_be_focused()


def test_size_of_all_charts_is_a_setting(page):
    chart(page, "accuracy/test").wait_for()
    page.get_by_role("button", name="Settings").click()
    for size, height in (("Small", 150), ("Medium", 210), ("Large", 320)):
        page.get_by_role("radiogroup", name="Size of charts").get_by_text(size).click()
        expect(chart(page, "accuracy/test")).to_have_css("height", f"{height}px")


def test_large_groups_are_divided_by_the_parts_of_names(tmp_path, write_scalars, start_board, open_page):
    write_scalars(tmp_path, {f"net/layer{i // 10}/w{i % 10}": [float(i)] for i in range(30)})
    page = open_page(start_board(tmp_path).url)
    chart(page, "net/layer0/w0").wait_for()
    assert page.get_by_role("heading", level=2).all_inner_texts() == ["net\n30"]
    assert page.get_by_role("heading", level=3).filter(has_text="layer").all_inner_texts() == [
        "layer0\n10", "layer1\n10", "layer2\n10",
    ]  # fmt: skip
    expect(card(page, "net/layer2/w0")).to_have_count(0)
    page.get_by_role("button", name="layer2 10", exact=True).click()
    expect(card(page, "net/layer2/w0").get_by_role("heading")).to_have_text("w0")


def test_several_tags_are_drawn_into_one_chart_with_the_colours_of_the_runs(page):
    page.goto(page.url + "&smoothing=0")
    chart(page, "loss/train").wait_for()
    card(page, "loss/train").get_by_role("button", name="More for loss/train").click()
    page.get_by_role("menuitem", name="Draw more tags into it").click()
    page.get_by_label("Draw another tag into this chart").fill("^loss/te")
    page.keyboard.press("Enter")
    legend = card(page, "loss/train").get_by_role("list", name="Tags in this chart")
    expect(legend.get_by_role("listitem")).to_have_text(["loss/train", "loss/test"])
    expect(page).to_have_url(re.compile("overlays=loss/train,loss/test"))
    expect(card(page, "loss/train")).to_contain_text("400 points, all kept")
    tooltip = point_at(page, "loss/train", across=0.99)
    expect(tooltip.locator("tbody tr")).to_have_count(4)
    told = {
        (cells[1], cells[2]): cells[3]
        for cells in (row.locator("td").all_inner_texts() for row in tooltip.locator("tbody tr").all())
    }
    assert told["second", "loss/test"] == f"{curve('loss/test', 1)[-1]:.5g}"
    page.goto(page.url + "&mark=step~10")
    expect(page.get_by_role("region", name="Values of loss/train at the mark").locator("tbody tr")).to_have_count(4)
    assert marked(page, "loss/train")["first · loss/test"] == [f"{curve('loss/test', 0)[10]:.5g}", "10"]
    card(page, "loss/train").get_by_role("button", name="Take loss/test out of the chart of loss/train").click()
    expect(card(page, "loss/train")).to_contain_text("200 points, all kept")


def test_a_chart_is_dragged_onto_another_by_its_name(page):
    chart(page, "accuracy/train").wait_for()
    card(page, "accuracy/test").get_by_role("heading", name="test").drag_to(plot(page, "accuracy/train"))
    expect(page).to_have_url(re.compile("overlays=accuracy/train,accuracy/test"))
    expect(card(page, "accuracy/train")).to_contain_text("400 points, all kept")
    page.go_back()
    expect(card(page, "accuracy/train")).to_contain_text("200 points, all kept")


def test_the_method_of_smoothing_is_chosen_beside_its_weight_and_kept_in_the_address(page):
    page.set_viewport_size({"width": 1600, "height": 900})
    chart(page, "loss/train").wait_for()
    page.get_by_role("spinbutton", name="Smoothing as a number").fill("0.9")
    page.get_by_role("toolbar", name="Charts").get_by_label("Smoothing method").select_option("Running median")
    window = curve("loss/train", 0)[-10:]  # 19 points around the last one, of which 10 are there
    median = (sorted(window)[4] + sorted(window)[5]) / 2
    expect(point_at(page, "loss/train", across=0.99)).to_contain_text(f"{median:.5g}")
    expect(page).to_have_url(re.compile("smoothingMethod=median"))
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("radiogroup", name="Behind smoothed lines").get_by_text("Band").click()
    expect(page).to_have_url(re.compile("raw=band"))
    page.go_back()
    page.go_back()
    expect(page.get_by_role("toolbar", name="Charts").get_by_label("Smoothing method")).to_have_value("exponential")


def test_points_written_while_the_page_is_open_appear_and_nothing_moves(page, two_runs, write_scalars):
    chart(page, "loss/train").wait_for()
    drag(page, "loss/train", (0.5, 0.5), (0.8, 0.52))
    expect(card(page, "loss/train")).to_contain_text("of 200 points")
    scrolled = page.evaluate("document.querySelector('.groups').scrollTop")
    point_at(page, "loss/train", across=0.5)

    write_scalars(two_runs / "first", {"loss/train": [7.25, 8.5]}, first_step=STEPS)

    expect(card(page, "loss/train")).to_contain_text("of 202 points")
    expect(chart(page, "loss/train")).to_have_attribute("aria-label", re.compile(r"first: 8\.5 at step 101"))
    expect(page.get_by_role("tooltip")).to_be_visible()
    expect(card(page, "loss/train").get_by_role("button", name="Reset zoom")).to_be_visible()
    assert page.evaluate("document.querySelector('.groups').scrollTop") == scrolled


def test_new_runs_and_tags_appear_by_themselves(page, two_runs, write_scalars):
    chart(page, "loss/train").wait_for()
    write_scalars(two_runs / "third", {"loss/train": [1.0], "loss/validation": [0.5]})
    expect(page.get_by_role("checkbox", name="third")).to_be_visible(timeout=4000)
    expect(chart(page, "loss/validation")).to_have_attribute("aria-label", re.compile("third: 0.5 at step 0"))
    expect(chart(page, "loss/train")).to_have_attribute("aria-label", re.compile("third: 1 at step 0"))


def test_run_filter_hides_runs_and_a_half_typed_one_keeps_the_last(page):
    field = page.get_by_role("combobox", name="Filter runs")
    field.fill("^sec")
    expect(page.get_by_role("checkbox", name="first")).to_have_count(0)
    expect(chart(page, "loss/train")).to_have_attribute("aria-label", re.compile("last values: second"))
    expect(page).to_have_url(re.compile(r"runs=(\^|%5E)sec"))

    field.fill("^sec(")
    expect(page.get_by_text("The last good filter stays in force")).to_be_visible()
    expect(page.get_by_role("checkbox", name="first")).to_have_count(0)
    expect(page.get_by_role("checkbox", name="second")).to_be_visible()

    field.fill("")
    expect(page.get_by_role("checkbox", name="first")).to_be_visible()


def test_runs_can_be_switched_isolated_and_brought_back(page):
    second_only = re.compile("last values: second: [^;]*$")
    chart(page, "loss/train").wait_for()
    page.get_by_role("checkbox", name="first").uncheck()
    expect(chart(page, "loss/train")).to_have_attribute("aria-label", second_only)
    page.get_by_role("checkbox", name="first").check()
    expect(chart(page, "loss/train")).to_have_attribute("aria-label", re.compile("first.*second"))

    page.get_by_text("second", exact=True).dblclick()
    expect(page.get_by_role("checkbox", name="first")).not_to_be_checked()
    expect(chart(page, "loss/train")).to_have_attribute("aria-label", second_only)
    page.reload()
    expect(chart(page, "loss/train")).to_have_attribute("aria-label", second_only)

    page.get_by_role("checkbox", name="1 of 2 runs").check()
    expect(page.get_by_role("checkbox", name="first")).to_be_checked()
    page.get_by_role("checkbox", name="2 of 2 runs").uncheck()
    expect(page.get_by_text("No chart is left")).to_be_visible()
    page.get_by_role("button", name="Show everything").click()
    expect(chart(page, "loss/train")).to_be_visible()


def test_slash_filters_tags_and_escape_leaves_the_field(page):
    chart(page, "loss/train").wait_for()
    page.keyboard.press("/")
    page.keyboard.type("TRAIN")
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.get_by_text("2 of 5 tags")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("searchbox", name="Filter tags")).not_to_be_focused()


def test_dragging_a_box_zooms_with_true_points_and_double_click_resets(page):
    chart(page, "loss/train").wait_for()
    with page.expect_request(lambda request: "api/series" in request.url and request.post_data_json["range"]) as sent:
        drag(page, "loss/train", (0.25, 0.1), (0.75, 0.9))
    low, high = sent.value.post_data_json["range"]
    assert low == pytest.approx(24.75, abs=2)
    assert high == pytest.approx(74.25, abs=2)
    expect(card(page, "loss/train")).to_contain_text(re.compile(r"(98|100|102) of 200 points"))

    plot(page, "loss/train").dblclick()
    expect(card(page, "loss/train")).to_contain_text("200 points, all kept")
    told = rows(point_at(page, "loss/train", across=0.01))
    assert told["first"][2] == "0"


def test_wheel_zooms_with_control_and_scrolls_without(page):
    point_at(page, "loss/train", across=0.5)
    page.mouse.wheel(0, 120)
    expect(page.get_by_role("button", name="Reset zoom of loss/train")).to_have_count(0)
    point_at(page, "loss/train", across=0.5)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -240)
    page.keyboard.up("Control")
    page.get_by_role("button", name="Reset zoom of loss/train").click()
    expect(card(page, "loss/train")).to_contain_text("200 points, all kept")


def test_shift_drag_moves_the_view(page):
    chart(page, "loss/train").wait_for()
    reopen(page, "&smoothing=0")
    drag(page, "loss/train", (0.4, 0.5), (0.6, 0.52))
    before = int(rows(point_at(page, "loss/train", across=0.5))["first"][1])
    page.keyboard.down("Shift")
    drag(page, "loss/train", (0.75, 0.5), (0.25, 0.5))
    page.keyboard.up("Shift")
    after = int(rows(point_at(page, "loss/train", across=0.5))["first"][1])
    assert after - before == pytest.approx(10, abs=2)


def test_axis_is_in_the_address_and_back_goes_back(page):
    chart(page, "loss/train").wait_for()
    page.get_by_role("toolbar").get_by_text("Relative").click()
    expect(page).to_have_url(re.compile("axis=relative"))
    page.get_by_role("toolbar").get_by_text("Wall").click()
    expect(page).to_have_url(re.compile("axis=wall"))
    page.go_back()
    expect(page.get_by_role("radio", name="Relative")).to_be_checked()
    page.go_back()
    expect(page.get_by_role("radio", name="Step")).to_be_checked()


def test_unknown_parameters_of_an_address_survive(two_runs, start_board, open_page):
    page = open_page(start_board(two_runs).url + "#scalars&colour=by_run")
    chart(page, "loss/train").wait_for()
    page.get_by_role("toolbar").get_by_text("Wall").click()
    expect(page).to_have_url(re.compile("#scalars&colour=by_run&axis=wall"))


def test_dark_follows_the_system_and_a_choice_outlasts_a_reload(two_runs, start_board, open_page):
    board = start_board(two_runs)
    assert max(background(open_page(board.url, color_scheme="dark"))) < 60
    page = open_page(board.url, color_scheme="light")
    assert min(background(page)) > 200
    page.get_by_role("button", name="Settings").click()
    page.get_by_text("Dark", exact=True).click()
    page.reload()
    assert max(background(page)) < 60


def test_names_from_the_log_are_text_and_never_markup(tmp_path, write_scalars, start_board, open_page):
    hostile = "<img src=x onerror=alert(1)>"
    tag = "<script>alert(2)<\\/script>\"'><b>bold</b>"
    write_scalars(tmp_path / hostile, {tag: [1.0, 2.0], "javascript:alert(3)": [3.0]})
    page = open_page(start_board(tmp_path).url)
    expect(page.get_by_text(hostile, exact=True)).to_be_visible()
    chart(page, "javascript:alert(3)").wait_for()
    expect(page.get_by_role("tooltip")).to_have_count(0)
    tooltip = point_at(page, "javascript:alert(3)", across=0.5)
    expect(tooltip).to_contain_text(hostile)
    assert page.locator("article b:not(.card-last b), article script, #app img").count() == 0


def test_empty_directory_says_where_it_looked_and_fills_by_itself(tmp_path, write_scalars, start_board, open_page):
    logdir = tmp_path / "not there yet"
    page = open_page(start_board(logdir).url)
    expect(page.get_by_role("heading", name="Nothing to show yet")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(str(logdir))
    expect(page.get_by_role("main")).to_contain_text("does not exist yet")
    expect(page.get_by_role("main")).to_contain_text("SummaryWriter")
    write_scalars(logdir / "run", {"loss": [0.5, 0.25]})
    expect(chart(page, "loss")).to_have_attribute("aria-label", re.compile("run: 0.25 at step 1"))


def test_snippet_of_the_empty_page_makes_the_first_chart(tmp_path, start_board, open_page):
    page = open_page(start_board(tmp_path).url)
    snippet = page.locator("pre").inner_text()
    exec(compile(snippet, "snippet", "exec"), {})
    expect(chart(page, "loss")).to_have_attribute("aria-label", re.compile("first_run: 0.01 at step 99"))


def test_damage_is_counted_in_the_header_and_named_in_a_panel(two_runs, start_board, open_page):
    file = next((two_runs / "first").iterdir())
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0x10
    file.write_bytes(data)
    page = open_page(start_board(two_runs).url)
    page.get_by_role("button", name="1 problem in the log").click()
    panel = page.get_by_role("dialog", name="Problems in the log")
    expect(panel).to_contain_text(f"first/{file.name}")
    expect(panel).to_contain_text(re.compile(r"at byte [\d,]+"))
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(chart(page, "loss/train")).to_have_attribute("aria-label", re.compile("first: .* at step 99"))


def test_page_says_when_the_server_is_gone_and_recovers(two_runs, start_board, open_page, write_scalars):
    board = start_board(two_runs)
    page = open_page(board.url)
    chart(page, "loss/train").wait_for()
    open_page.watched.expect_unreachable = True
    board.stop()
    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    expect(chart(page, "loss/train")).to_be_visible()
    write_scalars(two_runs / "first", {"loss/train": [4.5]}, first_step=STEPS)
    board.start()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(chart(page, "loss/train")).to_have_attribute("aria-label", re.compile("first: 4.5 at step 100"))


def test_values_that_are_no_numbers_are_counted_and_told(tmp_path, write_scalars, start_board, open_page):
    write_scalars(tmp_path, {"loss": [1.0, math.nan, 2.0, math.inf]})
    page = open_page(start_board(tmp_path).url + "#events&smoothing=0")
    expect(card(page, "loss")).to_contain_text("2 non-finite")
    assert rows(point_at(page, "loss", across=0.34))["."][0] == "NaN"
    assert rows(point_at(page, "loss", across=0.99))["."][0] == "∞"


def test_phone_screen_shows_charts_without_sideways_scrolling(two_runs, start_board, open_page):
    page = open_page(start_board(two_runs).url, width=380, height=760)
    chart(page, "accuracy/test").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 380
    tooltip = point_at(page, "accuracy/test", across=0.95)
    box = tooltip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 380
    assert tooltip.evaluate("tip => tip.scrollWidth <= tip.clientWidth")
    expect(page.get_by_role("checkbox", name="first")).to_have_count(0)
    page.get_by_role("button", name="Show the run list").click()
    page.get_by_role("checkbox", name="first").uncheck()
    page.get_by_role("button", name="Hide the run list").first.click()
    expect(chart(page, "accuracy/test")).to_have_attribute("aria-label", re.compile("last values: second"))


def reader(page: Page, tag: str) -> Locator:
    """What takes the keys of a chart."""
    return card(page, tag).get_by_role("application")


def said(page: Page, tag: str) -> Locator:
    return reader(page, tag).locator("[aria-live=polite]")


def test_points_are_read_with_the_arrow_keys(page):
    reopen(page, "&smoothing=0")
    chart(page, "loss/train").wait_for()
    card(page, "loss/train").get_by_role("button", name="More for loss/train").focus()
    page.keyboard.press("Tab")
    expect(reader(page, "loss/train")).to_be_focused()
    expect(page.get_by_role("tooltip")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    expect(said(page, "loss/train")).to_have_text("first: 4 at step 0")
    page.keyboard.press("ArrowRight")
    expect(said(page, "loss/train")).to_have_text(f"first: {curve('loss/train', 0)[1]:.5g} at step 1")
    expect(page.get_by_role("tooltip").locator(".tooltip-closest")).to_contain_text("first")
    page.keyboard.press("ArrowUp")
    expect(said(page, "loss/train")).to_have_text(f"second: {curve('loss/train', 1)[1]:.5g} at step 1")
    expect(page.get_by_role("tooltip").locator(".tooltip-closest")).to_contain_text("second")
    page.keyboard.press("PageDown")
    expect(said(page, "loss/train")).to_contain_text("at step 11")
    page.keyboard.press("Tab")
    expect(page.get_by_role("tooltip")).to_have_count(0)
    expect(said(page, "loss/train")).to_have_text("")


def test_keys_zoom_around_the_point_follow_it_and_show_everything_again(page):
    reopen(page, "&smoothing=0")
    chart(page, "loss/train").wait_for()
    reader(page, "loss/train").press("ArrowLeft")
    expect(said(page, "loss/train")).to_have_text(f"first: {curve('loss/train', 0)[99]:.5g} at step 99")
    for _ in range(6):
        page.keyboard.press("+")
    expect(said(page, "loss/train")).to_have_text(re.compile("^Steps 9[0-9] to (99|100)$"))
    expect(card(page, "loss/train")).to_contain_text(re.compile(r"\d+ of 200 points"))
    for _ in range(30):
        page.keyboard.press("ArrowLeft")
    expect(said(page, "loss/train")).to_contain_text("at step 69")
    expect(page.get_by_role("tooltip").locator(".tooltip-closest")).to_contain_text("69")
    page.keyboard.press("Home")
    expect(said(page, "loss/train")).to_have_text("Everything is shown")
    expect(card(page, "loss/train")).to_contain_text("200 points, all kept")
    page.keyboard.press("ArrowRight")
    expect(said(page, "loss/train")).to_contain_text("at step 70")


def test_a_point_stays_the_one_that_is_read_while_others_come(page, two_runs, write_scalars):
    reopen(page, "&smoothing=0")
    chart(page, "loss/train").wait_for()
    reader(page, "loss/train").press("ArrowLeft")
    write_scalars(two_runs / "first", {"loss/train": [7.25, 8.5]}, first_step=STEPS)
    expect(card(page, "loss/train")).to_contain_text("202 points")
    page.keyboard.press("ArrowRight")
    expect(said(page, "loss/train")).to_have_text("first: 7.25 at step 100")
    page.keyboard.press("Escape")
    expect(page.get_by_role("tooltip")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 1440])
def test_toolbar_keeps_to_one_row_beside_an_open_panel(width, two_runs, start_board, open_page):
    page = open_page(start_board(two_runs).url + "#events", width=width)
    toolbar = page.get_by_role("toolbar", name="Charts")
    chart(page, "loss/train").wait_for()
    alone = toolbar.bounding_box()
    page.get_by_role("button", name="Settings").click()
    panel = page.get_by_role("dialog", name="Settings")
    panel.wait_for()
    beside = toolbar.bounding_box()
    assert alone is not None
    assert beside is not None
    assert beside["height"] == alone["height"]
    assert toolbar.evaluate("bar => bar.scrollWidth <= bar.clientWidth")
    panel.get_by_role("checkbox", name="Log y").check()
    expect(toolbar.get_by_role("checkbox", name="Log y")).to_be_visible()


def test_names_of_hundreds_of_characters_push_no_chart_off_the_screen(tmp_path, write_scalars, start_board, open_page):
    tag = "x" * 300
    write_scalars(tmp_path, {tag: [1.0, 2.0], "other/a": [1.0], "other/b": [1.0]})
    page = open_page(start_board(tmp_path).url, width=380, height=700)
    name = page.get_by_role("button", name=f"{tag} 1", exact=True).get_by_title(tag)
    box = name.bounding_box()
    assert box is not None
    assert box["height"] < 60  # two lines
    expect(name).to_have_attribute("title", tag)


def test_thousands_of_tags_open_only_what_is_looked_at(tmp_path, write_scalars, start_board, open_page):
    write_scalars(tmp_path, {f"layer{i // 50}/weight{i % 50}": [float(i)] for i in range(3000)})
    page = open_page(start_board(tmp_path).url)
    chart(page, "layer0/weight0").wait_for()
    assert page.get_by_role("article").count() <= 24
    assert page.locator("canvas").count() <= 48
    page.get_by_role("button", name="layer1 50", exact=True).click()
    page.get_by_role("button", name="Show 24 more of 50 charts").last.click()
    expect(card(page, "layer1/weight47")).to_be_attached()
    page.get_by_role("searchbox", name="Filter tags").fill("layer[0-2]")
    expect(page.get_by_text("1,150 of 3,000 tags")).to_be_visible()
    page.get_by_role("searchbox", name="Filter tags").fill("layer42/weight7")
    expect(chart(page, "layer42/weight7")).to_have_attribute("aria-label", re.compile("2,?107|2107"))


def saved(page: Page, tag: str, kind: str) -> bytes:
    """The file that a button of the dialog "Save" makes."""
    dialog = page.get_by_role("dialog", name=f"Save {tag}")
    if dialog.count() == 0:
        card(page, tag).get_by_role("button", name=f"Save {tag}").click()
    with page.expect_download() as download:
        dialog.get_by_role("button", name=kind, exact=True).first.click()
    return Path(download.value.path()).read_bytes()


def test_a_chart_is_saved_as_a_picture_with_axes_and_legend(two_runs, start_board, open_page):
    page = open_page(start_board(two_runs).url + "#events&smoothing=0", color_scheme="dark")
    chart(page, "loss/train").wait_for()
    picture = Image.open(io.BytesIO(saved(page, "loss/train", "PNG"))).convert("RGB")
    assert picture.width == 2280
    assert picture.getpixel((3, 3)) == (255, 255, 255)  # paper, also of a dark page
    assert len(picture.getcolors(1 << 20)) > 100
    svg = ElementTree.fromstring(saved(page, "loss/train", "SVG"))
    texts = [text.text for text in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert {"loss/train", "Step", "first", "second", "0", "100"} <= set(texts)


def test_a_chart_is_saved_for_latex_and_plotly(page):
    reopen(page, "&smoothing=0")
    chart(page, "loss/train").wait_for()
    tex = saved(page, "loss/train", "LaTeX").decode()
    assert tex.count("\\addplot") == 2
    assert len(re.findall(r"^\(99,[\d.]+\)$", tex, flags=re.MULTILINE)) == 2
    figure = json.loads(saved(page, "loss/train", "Plotly"))
    assert [trace["name"] for trace in figure["data"]] == ["first", "second"]
    assert figure["data"][1]["y"] == pytest.approx(curve("loss/train", 1))


def test_all_points_of_all_drawn_runs_are_saved(page):
    page.get_by_role("checkbox", name="first").uncheck()
    chart(page, "loss/train").wait_for()
    lines = saved(page, "loss/train", "CSV").decode().splitlines()
    assert lines[0] == "run,tag,step,wall_time,value,smoothed"
    assert len(lines) == STEPS + 1
    series = json.loads(saved(page, "loss/train", "JSON"))["series"]
    assert [one["run"] for one in series] == ["second"]
    assert series[0]["value"] == pytest.approx(curve("loss/train", 1))


def test_all_charts_on_screen_are_saved_one_after_the_other_and_their_points_in_one_table(page):
    page.set_viewport_size({"width": 1280, "height": 2000})
    for tag in TAGS:
        chart(page, tag).wait_for()
    files: list[Download] = []
    page.on("download", lambda file: files.append(file))
    menu = page.get_by_role("button", name="Save all charts on screen")
    menu.click()
    with page.expect_event("download", lambda download: len(files) == len(TAGS)):
        page.get_by_role("menuitem", name="All charts on screen as SVG").click()
    assert sorted(file.suggested_filename for file in files) == sorted(f"{tag.replace('/', '_')}.svg" for tag in TAGS)
    menu.click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="All their points as CSV").click()
    lines = Path(download.value.path()).read_text().splitlines()
    assert len(lines) == len(TAGS) * 2 * STEPS + 1


def test_download_of_a_series_has_all_its_points(page):
    card(page, "loss/train").get_by_role("button", name="Save loss/train").click()
    page.get_by_text("One run alone").click()
    with page.expect_download() as download:
        card(page, "loss/train").get_by_role("link", name="CSV").first.click()
    lines = Path(download.value.path()).read_text().splitlines()
    assert len(lines) == STEPS + 1
    assert float(lines[-1].split(",")[2]) == pytest.approx(curve("loss/train", 0)[-1])


def test_downloads_take_the_focus_and_escape_gives_it_back(page):
    button = card(page, "loss/train").get_by_role("button", name="Save loss/train")
    button.press("Enter")
    dialog = page.get_by_role("dialog", name="Save loss/train")
    expect(dialog).to_be_focused()
    page.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()


def test_focus_stays_on_the_card_when_its_reset_button_goes(page):
    drag(page, "loss/train", (0.2, 0.5), (0.6, 0.52))
    card(page, "loss/train").get_by_role("button", name="Reset zoom of loss/train").press("Enter")
    expect(card(page, "loss/train").get_by_role("button", name="Pin loss/train to the top")).to_be_focused()


def test_enlarged_card_takes_the_whole_row(page):
    chart(page, "loss/train").wait_for()
    before = card(page, "loss/train").bounding_box()
    page.get_by_role("button", name="Enlarge the card of loss/train").click()
    after = card(page, "loss/train").bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] > 1.8 * before["width"]
    assert after["height"] > 1.5 * before["height"]
    expect(chart(page, "loss/train")).to_be_visible()


def test_first_tab_with_data_is_shown_and_others_are_not_in_the_way(page):
    page.goto(page.url.partition("#")[0])
    expect(page.get_by_role("navigation").get_by_role("link")).to_have_text(["Events", "Runs"])
    chart(page, "loss/train").wait_for()


def test_page_works_behind_a_prefix(two_runs, start_board, open_page):
    """A reverse proxy that serves the board below /team/board/."""
    board = start_board(two_runs)
    page = open_page("about:blank")

    def forward(route: Route) -> None:
        route.fulfill(response=route.fetch(url=route.request.url.replace("/team/board/", "/")))

    page.route("**/team/board/**", forward)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(board.url + "team/board/#events")
    chart(page, "loss/train").wait_for()
    assert [url for url in requests if "/team/board/" not in url and not url.startswith("data:")] == []


def test_what_a_resumed_run_has_superseded_is_counted_and_shown_on_request(tmp_path, start_board, open_page):
    with writer.SummaryWriter(str(tmp_path / "run")) as log:
        for second, step in enumerate([*range(100), *range(50, 120)]):
            log.add_scalar("loss", step, step, walltime=1_700_000_000.0 + second)
    page = open_page(start_board(tmp_path).url + "#events")
    foot = card(page, "loss")
    expect(foot).to_contain_text("50 superseded by a restart: show all")
    with page.expect_request("**/api/series") as asked:
        foot.get_by_role("button", name="show all").click()
    assert asked.value.post_data_json["segments"] == "all"
    assert "superseded" in page.url
    foot.get_by_role("button", name="hide").click()
    expect(foot.get_by_role("button", name="show all")).to_be_visible()
