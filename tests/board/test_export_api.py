"""Points as files: all of them, in formats that other programs read back."""

from __future__ import annotations

import io
import json
import math

import pandas as pd
import pytest

from board.web import export_api


@pytest.fixture
def export(log):
    """Two runs with a tag each way of writing; the answer to a question for both."""
    log.write(log.version() + log.scalars(0, 3000), run='a, "b"')
    log.write(log.version() + log.scalar(0, math.nan) + log.scalar(1, -math.inf) + log.scalar(2, 0.1), run="odd")
    client = log.poll().client()

    def post(**question):
        wanted = {"series": [['a, "b"', "loss"], ["odd", "loss"], ["no", "loss"]], **question}
        return client.post("/api/export", data={"question": json.dumps(wanted)})

    return post


def test_csv_has_every_point_and_is_read_back_exactly(export, monkeypatch):
    monkeypatch.setattr(export_api, "_ROWS", 1000)
    answer = export(name="train/loss: “all”")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="train_loss_all_.csv"'
    assert answer.content_type == "text/csv; charset=utf-8"
    table = pd.read_csv(io.StringIO(answer.text))
    assert list(table.columns) == ["run", "tag", "step", "wall_time", "value"]
    first = table[table.run == 'a, "b"']
    assert first.step.tolist() == list(range(3000))
    assert first.wall_time.tolist() == [1000.0 + step for step in range(3000)]
    odd = table[table.run == "odd"].value.tolist()
    assert math.isnan(odd[0])
    assert odd[1:] == [-math.inf, 0.10000000149011612]


def test_json_has_columns_by_series_with_what_was_asked_for(export):
    answer = export(format="json", smoothing=0.5)
    first, odd = json.loads(answer.text, parse_constant=pytest.fail)["series"]
    assert list(first) == ["run", "tag", "step", "wall_time", "value", "smoothed"]
    assert (len(first["step"]), first["smoothed"][1]) == (3000, pytest.approx(2 / 3))
    assert odd["value"] == ["NaN", "-Infinity", 0.10000000149011612]


def test_points_come_with_their_place_on_an_axis_of_a_metric(export):
    table = pd.read_csv(io.StringIO(export(x="metric", x_tag="loss").text))
    assert list(table.columns) == ["run", "tag", "step", "wall_time", "x", "value"]
    assert table[table.run == 'a, "b"'].x.tolist() == [float(step) for step in range(3000)]


def test_nothing_found_is_an_empty_file(export):
    assert export(series=[]).text == "run,tag,step,wall_time,value\r\n"
    assert json.loads(export(series=[], format="json").text) == {"series": []}


@pytest.mark.parametrize(
    "form", [{}, {"question": "no"}, {"question": "[]"}, {"question": '{"series": [], "format": "x"}'}]
)
def test_what_cannot_be_meant_is_refused(form, log):
    answer = log.poll().client().post("/api/export", data=form)
    assert answer.status_code == 400
    assert answer.get_json()["error"]
