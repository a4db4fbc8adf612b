"""What a user does on the graphs page, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect

from writer.format import plugins
from writer.format.messages import Event, GraphDef
from writer.format.record import frame

GRAPHS = Path(__file__).parents[1] / "data" / "graphs"
HELLO = (GRAPHS / "hello_tensorflow.pb").read_bytes()


def write_graph(directory, data, name="events.out.tfevents.1"):
    directory.mkdir(parents=True, exist_ok=True)
    events = [Event(wall_time=1000.0, file_version=plugins.FILE_VERSION), Event(wall_time=1001.0, graph_def=data)]
    (directory / name).write_bytes(b"".join(frame(event.SerializeToString()) for event in events))


def node(page, path):
    """The element of a node that can be clicked: an open scope's is its title."""
    return page.locator(f'.graph-node[data-path="{path}"]')


def button(page, path):
    """The + or - of a scope."""
    return node(page, path).locator("[data-toggle]")


def card(page):
    return page.get_by_role("complementary", name="Selected node")


def found(page):
    """What the search has found, as a list to choose from."""
    return page.get_by_role("listbox", name="Nodes found").get_by_role("option")


def until(page, holds):
    """Waits for what no locator can tell; the page's policy forbids to evaluate it there."""
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("what was waited for did not come")


@pytest.fixture
def hello(tmp_path, start_board, open_page):
    """The page of the graph of "Hello, TensorFlow!", drawn."""
    write_graph(tmp_path, HELLO)
    page = open_page(start_board(tmp_path).url + "#graphs")
    expect(node(page, "gradients")).to_be_visible()
    return page


def test_open_gradients_and_read_the_attributes_of_weight(hello):
    button(hello, "gradients").click()
    expect(node(hello, "gradients/loss_grad")).to_be_visible()
    node(hello, "gradients/loss_grad").dblclick()
    expect(node(hello, "gradients/loss_grad/BroadcastGradientArgs")).to_be_visible()
    expect(hello).to_have_url(re.compile("open=gradients,gradients/loss_grad"))

    hello.get_by_role("button", name="Fit").click()
    node(hello, "weight").click()
    expect(card(hello).get_by_role("heading", name="weight", exact=True)).to_be_visible()
    expect(card(hello)).to_contain_text("is a Variable")
    section = card(hello).locator(".graph-card-section", has=hello.get_by_role("heading", name="Attributes"))
    attributes = section.locator(".graph-attributes > div")
    expect(attributes).to_have_text([re.compile(r"^container"), "dtypefloat32", "shape[]", re.compile(r"^shared_name")])
    expect(node(hello, "output")).to_have_class(re.compile("neighbour"))


def test_links_of_the_card_lead_through_closed_scopes(hello):
    node(hello, "output").click()
    card(hello).get_by_role("button", name="gradients/sub_grad/Shape", exact=True).click()
    expect(node(hello, "gradients/sub_grad/Shape")).to_have_class(re.compile("selected"))
    expect(card(hello)).to_contain_text("Operation Shape")
    card(hello).get_by_role("navigation").get_by_role("button", name="gradients").click()
    expect(card(hello)).to_contain_text("Scope of 44 operations and 7 scopes")


def test_search_finds_hidden_nodes_and_shows_them(hello):
    field = hello.get_by_role("combobox", name="Search nodes")
    hello.keyboard.press("/")
    expect(field).to_be_focused()
    field.fill("RESHAPE_1")
    expect(found(hello)).to_have_count(3)
    field.press("ArrowDown")
    field.press("Enter")
    expect(hello.locator(".graph-node.selected")).to_have_count(1)
    expect(hello.locator(".graph-node.selected")).to_be_in_viewport()
    expect(card(hello)).to_contain_text("Operation Reshape")
    field.fill("no such thing")
    expect(hello.get_by_text("No node has that in its name.")).to_be_visible()


def test_a_link_shows_what_it_was_copied_from(hello, open_page):
    node(hello, "weight").dblclick()
    node(hello, "weight/read").click()
    expect(card(hello)).to_contain_text("Operation Identity")
    hello.get_by_text("Flow up").click()
    expect(hello).to_have_url(re.compile("node=weight/read.*flow=up|flow=up.*node=weight/read"))
    other = open_page(hello.url)
    expect(node(other, "weight/read")).to_have_class(re.compile("selected"))
    below, above = node(other, "weight/(weight)").bounding_box(), node(other, "weight/read").bounding_box()
    assert below["y"] > above["y"]


def test_an_opened_scope_stays_where_it_is_and_escape_deselects(hello):
    before = node(hello, "weight").bounding_box()
    button(hello, "weight").click()
    expect(node(hello, "weight/read")).to_be_visible()
    expect(hello.locator(".graph-animated")).to_have_count(0)
    after = hello.locator('.graph-open[data-path="weight"]').bounding_box()
    # The anchor is the corner of the box; the whole may have moved to keep the box in view.
    assert abs(after["y"] - before["y"]) < 60
    node(hello, "output").click()
    expect(card(hello)).to_be_visible()
    hello.keyboard.press("Escape")
    expect(card(hello)).to_have_count(0)


def test_a_double_click_opens_a_scope_that_the_card_comes_to_lie_over(hello):
    box = node(hello, "weight").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    hello.mouse.move(x, y)
    hello.mouse.down(click_count=1)
    hello.mouse.up(click_count=1)
    # The card is there before the second click, as it is for people; it lies where the node is.
    card(hello).wait_for()
    cover = card(hello).bounding_box()
    assert cover["x"] < x < cover["x"] + cover["width"]
    hello.mouse.down(click_count=2)
    hello.mouse.up(click_count=2)
    expect(node(hello, "weight/read")).to_be_visible()
    card(hello).get_by_role("heading", name="weight").dblclick()  # of the card itself: no click on a node came before
    expect(node(hello, "weight/read")).to_be_visible()
    card(hello).get_by_role("button", name="Close the card").click()
    expect(card(hello)).to_have_count(0)


def test_dragging_pans_and_the_wheel_zooms_without_selecting(hello):
    start = node(hello, "sub").bounding_box()
    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    hello.mouse.move(x, y)
    hello.mouse.down()
    hello.mouse.move(x + 60, y + 40, steps=4)
    hello.mouse.up()
    moved = node(hello, "sub").bounding_box()
    assert moved["x"] - start["x"] == pytest.approx(60, abs=2)
    assert moved["y"] - start["y"] == pytest.approx(40, abs=2)
    expect(hello.locator(".graph-node.selected")).to_have_count(0)
    hello.mouse.wheel(0, -400)
    until(hello, lambda: node(hello, "sub").bounding_box()["width"] > 1.3 * moved["width"])
    hello.get_by_role("button", name="Fit").click()
    expect(node(hello, "init")).to_be_in_viewport()


def test_a_small_picture_of_the_whole_leads_anywhere(hello):
    small = hello.locator(".graph-minimap svg")
    expect(small).to_have_count(0)
    for _ in range(4):
        hello.get_by_role("button", name="Zoom in").click()
    expect(small).to_be_visible()
    box = small.bounding_box()
    hello.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    hello.mouse.down()
    hello.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.1, steps=4)
    hello.mouse.up()
    expect(node(hello, "weight")).to_be_in_viewport()
    expect(node(hello, "MergeSummary")).not_to_be_in_viewport()
    hello.get_by_role("button", name="Fit").click()
    expect(small).to_have_count(0)


def test_the_keyboard_alone_is_enough(hello):
    node(hello, "output").focus()
    hello.keyboard.press("ArrowDown")
    expect(node(hello, "output")).not_to_be_focused()
    expect(hello.locator(".graph-node:focus")).to_have_count(1)
    node(hello, "weight").focus()
    hello.keyboard.press("Space")
    expect(node(hello, "weight/read")).to_be_visible()
    node(hello, "weight/read").focus()
    hello.keyboard.press("Enter")
    expect(card(hello)).to_contain_text("Operation Identity")


def test_a_graph_that_is_logged_again_takes_the_place_of_the_old_one(tmp_path, start_board, open_page):
    write_graph(tmp_path, GraphDef(node=[{"name": "old", "op": "NoOp"}]).SerializeToString())
    page = open_page(start_board(tmp_path).url + "#graphs")
    expect(node(page, "old")).to_be_visible()
    new = GraphDef(node=[{"name": "new", "op": "NoOp"}]).SerializeToString()
    with (tmp_path / "events.out.tfevents.1").open("ab") as file:
        file.write(frame(Event(wall_time=1002.0, graph_def=new).SerializeToString()))
    expect(node(page, "new")).to_be_visible()
    expect(node(page, "old")).to_have_count(0)


def test_several_graphs_are_chosen_from_a_list(tmp_path, start_board, open_page):
    write_graph(tmp_path / "a", HELLO)
    write_graph(tmp_path / "b", (GRAPHS / "torch_sequential.pb").read_bytes())
    page = open_page(start_board(tmp_path).url + "#graphs&run=b")
    expect(node(page, "Sequential")).to_be_visible()
    page.get_by_role("combobox", name="Graph").select_option("a")
    expect(node(page, "gradients")).to_be_visible()
    expect(page).to_have_url(re.compile("run=a"))


def test_two_graphs_are_compared_in_one_picture(tmp_path, start_board, open_page):
    write_graph(tmp_path / "old", HELLO)
    changed = GraphDef.FromString(HELLO)
    del changed.node[:1]
    changed.node.add(name="extra", op="NoOp")
    next(each for each in changed.node if each.name == "sub").op = "Add"
    write_graph(tmp_path / "new", changed.SerializeToString())
    page = open_page(start_board(tmp_path).url + "#graphs&run=new")
    page.get_by_role("combobox", name="Compare with").select_option("old")
    expect(node(page, "extra")).to_have_class(re.compile("graph-painted"))
    page.get_by_role("button", name="+1 −1 ±1").click()
    listed = page.get_by_role("region", name="Difference")
    expect(listed).to_contain_text("Compared with old: 1 added, 1 removed, 1 changed.")
    listed.get_by_role("button", name="sub", exact=True).click()
    expect(card(page)).to_contain_text("changed")
    expect(card(page)).to_contain_text("Sub → Add")
    expect(page).to_have_url(re.compile("against=old"))
    page.set_viewport_size({"width": 380, "height": 800})
    box = listed.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 380
    listed.get_by_role("button", name="sub", exact=True).press("Escape")
    expect(listed).to_have_count(0)
    expect(card(page)).to_be_visible()
    page.get_by_role("combobox", name="Compare with").select_option("–")
    expect(node(page, "extra")).not_to_have_class(re.compile("graph-painted"))


def test_back_undoes_opening_and_selecting_one_by_one(hello):
    button(hello, "weight").click()
    expect(node(hello, "weight/read")).to_be_visible()
    node(hello, "weight/read").click()
    expect(card(hello)).to_contain_text("Operation Identity")
    hello.go_back()
    expect(card(hello)).to_have_count(0)
    expect(node(hello, "weight/read")).to_be_visible()
    hello.go_back()
    expect(node(hello, "weight/read")).to_have_count(0)
    hello.go_forward()
    expect(node(hello, "weight/read")).to_be_visible()


def test_a_found_node_is_one_step_of_the_history(hello):
    field = hello.get_by_role("combobox", name="Search nodes")
    field.fill("sub_grad/Reshape_1")
    expect(found(hello)).to_have_count(1)
    field.press("Enter")
    expect(card(hello)).to_contain_text("Operation Reshape")
    hello.go_back()
    expect(card(hello)).to_have_count(0)
    expect(node(hello, "gradients/sub_grad")).to_have_count(0)


def test_another_graph_is_one_step_back_even_from_an_address_spelled_by_hand(tmp_path, start_board, open_page):
    write_graph(tmp_path / "a", HELLO)
    write_graph(tmp_path / "b", HELLO)
    page = open_page(start_board(tmp_path).url + "#graphs&run=a&open=weight%2Cgradients&node=weight")
    expect(card(page)).to_be_visible()
    page.evaluate("location.hash = '#graphs&run=%61&open=weight&node='")
    expect(card(page)).to_have_count(0)
    page.get_by_role("combobox", name="Graph").select_option("b")
    expect(node(page, "weight/read")).to_have_count(0)
    page.go_back()
    expect(page).to_have_url(re.compile("run=a"))
    expect(node(page, "weight/read")).to_be_visible()
    page.go_back()
    expect(card(page)).to_be_visible()


def test_names_of_an_address_that_lead_nowhere_are_told(tmp_path, start_board, open_page):
    write_graph(tmp_path / "a", HELLO)
    open_page.watched.expect_not_found = True
    page = open_page(start_board(tmp_path).url + "#graphs&run=gone&node=lost")
    told = page.get_by_role("alert")
    expect(told).to_have_text(
        ["There is no graph of run “gone” so far. Shown is that of “a”.", "The graph has no node “lost”."]
    )
    expect(page).to_have_url(re.compile("run=gone&node=lost"))
    told.last.get_by_role("button", name="Close").click()
    expect(told).to_have_count(1)
    told.get_by_role("button", name="Close").click()
    expect(told).to_have_count(0)
    expect(page).to_have_url(re.compile("#graphs&run=a$"))
    expect(node(page, "gradients")).to_be_visible()


def test_a_run_that_an_address_asks_for_is_shown_as_soon_as_it_has_a_graph(tmp_path, start_board, open_page):
    write_graph(tmp_path / "a", HELLO)
    page = open_page(start_board(tmp_path).url + "#graphs&run=later")
    expect(page.get_by_role("alert")).to_contain_text("later")
    write_graph(tmp_path / "later", GraphDef(node=[{"name": "come", "op": "NoOp"}]).SerializeToString())
    expect(node(page, "come")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_what_is_wrong_with_a_graph_is_told(tmp_path, start_board, open_page):
    nodes = [{"name": "a", "op": "Neg", "input": ["gone"]}, {"name": "b", "op": "Neg", "input": ["b", "a"]}]
    write_graph(tmp_path, GraphDef(node=nodes).SerializeToString())
    page = open_page(start_board(tmp_path).url + "#graphs")
    page.get_by_role("button", name="2 problems").click()
    notes = page.get_by_role("list", name="Notes about this graph").get_by_role("listitem")
    expect(notes).to_have_text(["Input 0 of 'a' is 'gone', which is not in the graph", "'b' is an input of itself"])
    node(page, "a").click()
    expect(card(page)).to_contain_text("gone not in the graph")


@pytest.mark.parametrize("data", [b"", b"no graph at all"])
def test_a_graph_without_nodes_says_so_where_its_picture_would_be(data, tmp_path, start_board, open_page):
    write_graph(tmp_path, data)
    page = open_page(start_board(tmp_path).url + "#graphs")
    told = page.get_by_role("status").filter(has_text="This graph has no node")
    expect(told).to_be_visible()
    if data:
        expect(told).to_contain_text("damaged")


def test_a_colour_that_no_traced_step_can_tell_of_is_told(tmp_path, start_board, open_page):
    write_graph(tmp_path, HELLO)
    page = open_page(start_board(tmp_path).url + "#graphs&paint=memory")
    told = page.get_by_role("alert")
    expect(told).to_contain_text("No step of this run was traced, so no colour can tell of memory.")
    told.get_by_role("button", name="Close").click()
    expect(told).to_have_count(0)
    expect(page.get_by_role("combobox", name="Colour")).to_have_value("structure")


@pytest.mark.parametrize("width", [380, 700, 1000, 1400])
def test_what_a_button_of_the_toolbar_opens_lies_within_the_page(width, tmp_path, start_board, open_page):
    write_graph(tmp_path / "a", (GRAPHS / "tf1_mlp.pb").read_bytes())
    write_graph(tmp_path / "b", GraphDef(node=[{"name": "x", "op": "Neg", "input": ["gone"]}]).SerializeToString())
    with (tmp_path / "a" / "events.out.tfevents.1").open("ab") as file:
        traced = Event(wall_time=1002.0, step=7)
        traced.tagged_run_metadata.tag = "step_7"
        traced.tagged_run_metadata.run_metadata = (GRAPHS / "tf1_mlp.run_metadata.pb").read_bytes()
        file.write(frame(traced.SerializeToString()))
    url = start_board(tmp_path).url
    page = open_page(url + "#graphs&run=a&node=hidden&open=hidden", width=width, height=800)
    expect(card(page)).to_be_visible()

    def lies_within(panel):
        expect(panel).to_be_visible()
        box = panel.bounding_box()
        return box["x"] >= 0 and box["x"] + box["width"] <= width

    page.get_by_role("button", name="Profile").click()
    expect(page.get_by_role("region", name="Profile").get_by_role("row").nth(1)).to_be_visible()
    assert lies_within(page.get_by_role("region", name="Profile"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Profile")).to_have_count(0)
    expect(card(page)).to_be_visible()
    page.get_by_role("button", name="Download", exact=True).click()
    assert lies_within(page.get_by_role("dialog", name="Download"))
    page.goto(url + "#graphs&run=b")
    page.get_by_role("button", name="1 problem").click()
    assert lies_within(page.get_by_role("list", name="Notes about this graph"))


def test_names_are_text_wherever_they_stand(tmp_path, start_board, open_page):
    hostile = "<img src=x onerror=alert(1)>"
    graph = GraphDef()
    inside = graph.node.add(name=f"{hostile}/in", op=hostile)
    inside.attr[hostile].s = hostile.encode()
    graph.node.add(name="use", op="Neg", input=[f"{hostile}/in", hostile])
    write_graph(tmp_path, graph.SerializeToString())
    page = open_page(start_board(tmp_path).url + "#graphs")
    # "/" is the border of scopes: the name above is one of a scope and of an operation in it.
    scope = page.locator(".graph-picture .graph-scope").first
    scope.dblclick()
    expect(page.locator(".graph-picture .graph-title")).to_have_count(1)
    page.locator(".graph-picture .graph-op", has_text="in").first.click()
    expect(card(page)).to_contain_text(f"Operation {hostile}")
    page.get_by_role("combobox", name="Search nodes").fill("<img")
    expect(found(page).first).to_be_visible()
    expect(page.locator("img")).to_have_count(0)


@pytest.fixture
def tower(tmp_path, start_board, open_page):
    """The page of 24 like layers on two devices, between an input and an output."""
    graph = GraphDef()
    last = graph.node.add(name="input", op="Placeholder").name
    for number in range(24):
        device = f"/device:GPU:{number // 12}"
        graph.node.add(name=f"layer_{number}/weights", op="Variable", device=device)
        last = graph.node.add(
            name=f"layer_{number}/product", op="MatMul", device=device, input=[last, f"layer_{number}/weights"]
        ).name
    graph.node.add(name="output", op="Softmax", input=[last])
    write_graph(tmp_path, graph.SerializeToString())
    page = open_page(start_board(tmp_path).url + "#graphs")
    expect(node(page, "output")).to_be_visible()
    return page


def test_layers_that_repeat_are_one_box_until_it_is_opened(tower):
    expect(node(tower, "layer_[0-23]")).to_contain_text("24 × 2")
    expect(tower.locator(".graph-picture .graph-node")).to_have_count(3)
    node(tower, "layer_[0-23]").dblclick()
    expect(node(tower, "layer_[0-23]/layer_7")).to_be_visible()
    tower.get_by_role("combobox", name="Search nodes").fill("layer_7/product")
    tower.get_by_role("option", name="layer_7/product").click()
    expect(card(tower)).to_contain_text("Operation MatMul")
    expect(tower).to_have_url(re.compile(r"node=layer_.*layer_7/product"))
    tower.get_by_label("Gather repeats").uncheck()
    expect(node(tower, "layer_7/product")).to_have_class(re.compile("selected"))
    expect(node(tower, "layer_[0-23]")).to_have_count(0)
    tower.go_back()
    expect(node(tower, "layer_[0-23]/layer_7/product")).to_have_class(re.compile("selected"))


def test_a_traced_step_tells_what_took_the_time(tmp_path, start_board, open_page):
    write_graph(tmp_path, (GRAPHS / "tf1_mlp.pb").read_bytes())
    traced = Event(wall_time=1002.0, step=7)
    traced.tagged_run_metadata.tag = "step_7"
    traced.tagged_run_metadata.run_metadata = (GRAPHS / "tf1_mlp.run_metadata.pb").read_bytes()
    with (tmp_path / "events.out.tfevents.1").open("ab") as file:
        file.write(frame(traced.SerializeToString()))
    page = open_page(start_board(tmp_path).url + "#graphs")
    page.get_by_role("combobox", name="Colour").select_option("Time")
    expect(node(page, "gradients")).to_have_class(re.compile("graph-heated"))
    expect(node(page, "x")).to_have_class(re.compile("graph-unused"))
    page.get_by_role("button", name="Profile").click()
    panel = page.get_by_role("region", name="Profile")
    expect(panel).to_contain_text(
        "step_7: 339 µs, 354 kB, 42 kernels in all. 4 of them of nodes that the runtime put in."
    )
    expect(panel.get_by_role("row").nth(1)).to_have_text(re.compile("hidden/Relu.*107 µs.*131 kB"))
    with page.expect_download() as download:
        panel.get_by_role("link", name="Timeline of the step").click()
    assert download.value.suggested_filename == "trace.json"
    panel.get_by_role("button", name="hidden/Relu", exact=True).click()
    expect(card(page)).to_contain_text("107 µs")


def test_all_that_a_node_needs_stands_out(hello):
    node(hello, "loss").click()
    hello.get_by_text("All inputs").click()
    expect(node(hello, "ScalarSummary")).to_have_class(re.compile("graph-beside"))
    expect(node(hello, "weight")).not_to_have_class(re.compile("graph-beside"))
    expect(hello).to_have_url(re.compile("trace=inputs"))
    hello.get_by_text("Links", exact=True).click()
    expect(hello.locator(".graph-beside")).to_have_count(0)


def test_pictures_can_be_taken_along(hello, tmp_path):
    button(hello, "gradients").click()
    expect(node(hello, "gradients/loss_grad")).to_be_visible()
    node(hello, "gradients").locator("text").first.click()
    expect(card(hello)).to_be_visible()

    def downloaded(role, name):
        hello.get_by_role("button", name="Download", exact=True).click()
        with hello.expect_download() as download:
            hello.get_by_role("dialog", name="Download").get_by_role(role, name=name).click()
        return download.value.suggested_filename, Path(download.value.path()).read_bytes()

    name, whole = downloaded("button", "The whole picture as SVG")
    assert name == "graph.svg"
    svg = ElementTree.fromstring(whole)
    texts = {text.text for text in svg.iter("{http://www.w3.org/2000/svg}text")}
    assert {"weight", "loss_grad", "MergeSummary"} <= texts
    assert b"var(--" not in whole
    assert not any(element.get("class") or element.get("style") for element in svg.iter())

    name, part = downloaded("button", "What lies in gradients as PNG")
    assert (name, part[:8]) == ("gradients.png", b"\x89PNG\r\n\x1a\n")
    assert len(part) > 10_000

    name, text = downloaded("link", "gradients as text")
    assert (name, text.count(b"node {")) == ("gradients.pbtxt", 44)


def test_colours_tell_what_is_alike_or_where_it_runs(tower):
    node(tower, "layer_[0-23]").dblclick()
    layers = tower.locator(".graph-picture .graph-scope.graph-painted")
    expect(layers).to_have_count(24)
    fill = "element => getComputedStyle(element.querySelector('rect')).fill"
    assert len({layer.evaluate(fill) for layer in layers.all()}) == 1
    tower.get_by_role("combobox", name="Colour").select_option("Device")
    expect(tower).to_have_url(re.compile("paint=device"))
    tower.get_by_text("Legend").click()
    expect(tower.get_by_text("/device:GPU:1: 24 operations")).to_be_visible()
    expect(tower.get_by_text("no device given: 2 operations")).to_be_visible()
    assert len({layer.evaluate(fill) for layer in layers.all()}) == 2
    tower.get_by_role("combobox", name="Colour").select_option("None")
    expect(tower.locator(".graph-picture .graph-painted")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_screen_shows_picture_and_card(tmp_path, start_board, open_page, scheme):
    write_graph(tmp_path, HELLO)
    page = open_page(start_board(tmp_path).url + "#graphs&node=loss", width=380, height=760, color_scheme=scheme)
    expect(card(page)).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 380
    card(page).get_by_role("button", name="Open this scope").click()
    expect(node(page, "loss/(loss)")).to_be_visible()
