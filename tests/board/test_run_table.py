"""The table of runs: what its columns say, which runs it holds, and in which order."""

from __future__ import annotations

import csv
import io
import json
import time

import numpy as np
import pytest

from board.query.run_facts import history_statistics
from writer import SummaryWriter


def table(log, **query):
    answer = log.client().get("/api/runs/table", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def rows(log, *columns, **query):
    """The values of each run, in order."""
    return {row["run"]: row["values"] for row in table(log, column=columns, **query)["rows"]}


def names(log, text, **query):
    answer = log.client().get("/api/runs/names", query_string={"filter": text, **query}).get_json()
    assert answer["problem"] is None, answer["problem"]
    return answer["names"]


@pytest.fixture
def trained(log):
    """Three runs with hyperparameters: one finished, one crashed, one that is under way."""
    now = time.time()
    for run, (lr, optimizer, curve) in {
        "run2": (0.1, "sgd", [0.2, 0.9, 0.4]),
        "run10": (0.01, "adam", [0.3, float("nan"), 0.7]),
        "run1": (1.0, "adam", [0.1, 0.1, 0.1]),
    }.items():
        writer = SummaryWriter(str(log.directory / run))
        writer.add_hparams({"lr": lr, "opt": optimizer, "amp": run == "run1"})
        for step, value in enumerate(curve):
            writer.add_scalar("val/acc", value, step * 10, walltime=now - 100 + step * 20)
        if run == "run10":
            writer._before_close(failed=True)
        if run == "run1":
            writer.flush()
            log.unfinished = writer  # kept: a writer that is forgotten ends its session
        else:
            writer.close()
    return log.poll()


def test_runs_come_in_natural_order_with_what_is_known_of_them(trained):
    found = rows(trained, "status", "hparam.lr", "hparam.opt", "steps", "speed")
    assert list(found) == ["run1", "run2", "run10"]
    assert found["run1"] == ["running", 1.0, "adam", 20, pytest.approx(0.5)]
    assert found["run2"][:3] == ["finished", pytest.approx(0.1), "sgd"]
    assert found["run10"][0] == "crashed"


def test_metrics_come_as_aggregates_with_their_steps(trained):
    answer = table(trained, column=[f"val/acc.{name}" for name in ("last", "min", "max", "mean", "best")])
    by_run = {row["run"]: row for row in answer["rows"]}
    assert by_run["run2"]["values"] == pytest.approx([0.4, 0.2, 0.9, 0.5, 0.9])
    assert by_run["run2"]["steps"] == [20, 0, 10, None, 10]
    assert by_run["run10"]["values"] == pytest.approx([0.7, 0.3, 0.7, 0.5, 0.7])  # the NaN is left out
    assert [column["group"] for column in answer["columns"]] == ["metric"] * 5


def test_what_is_best_can_be_chosen(trained):
    answer = table(trained, column="val/acc.best", goal="val/acc:min")
    assert {row["run"]: row["steps"][0] for row in answer["rows"]} == {"run1": 0, "run2": 0, "run10": 0}


@pytest.mark.parametrize(
    ("tag", "goal"),
    [("loss", "min"), ("val/acc", "max"), ("accuracy/loss", "min"), ("train/f1", "max"), ("lr", "min"), ("map", "max")],
)
def test_what_is_best_is_guessed_from_the_words_of_a_tag(log, tag, goal):
    log.write(log.version() + log.scalar(0, tag=tag))
    (found,) = [
        column
        for column in log.poll().client().get("/api/runs/columns").get_json()["columns"]
        if column["group"] == "metric"
    ]
    assert found["goal"] == goal


def test_runs_are_sorted_by_any_column_and_those_without_a_value_come_last(trained):
    trained.write(trained.version() + trained.scalar(5), run="another")
    trained.poll()
    assert list(rows(trained, "name", sort="lr")) == ["run10", "run2", "run1", "another"]
    assert list(rows(trained, "name", sort="lr", order="descending")) == ["run1", "run2", "run10", "another"]
    assert list(rows(trained, "name", sort="opt")) == ["run1", "run10", "run2", "another"]
    assert list(rows(trained, "name", sort="name", order="descending")) == ["run10", "run2", "run1", "another"]
    assert next(iter(rows(trained, "name", sort="val/acc.max", order="descending"))) == "run2"
    assert list(rows(trained, "name", sort="no such column")) == ["another", "run1", "run2", "run10"]


def test_columns_that_no_run_has_are_empty_and_say_so(trained):
    answer = table(trained, column=["name", "hparam.none"])
    assert answer["columns"][1]["group"] == "unknown"
    assert answer["rows"][0]["values"] == ["run1", None]


def test_rows_are_paged(trained):
    answer = table(trained, column="name", offset=1, limit=1)
    assert (answer["total"], answer["matched"]) == (3, 3)
    assert [row["run"] for row in answer["rows"]] == ["run2"]


def test_filters_ask_for_hyperparameters_metrics_and_status(trained):
    assert names(trained, "lr < 0.5 and val/acc.max > 0.8 and status = finished") == ["run2"]
    assert names(trained, "opt = adam") == ["run1", "run10"]
    assert names(trained, "amp = true") == ["run1"]
    assert names(trained, "val/acc.max.step = 10") == ["run2"]
    assert names(trained, "val/acc > 0.3", sort="val/acc", order="descending") == ["run10", "run2"]
    assert table(trained, filter="run1", column="name")["matched"] == 2


def test_a_half_typed_filter_is_no_failure_but_a_problem_with_a_place(trained):
    answer = trained.client().get("/api/runs/names", query_string={"filter": "run1 and"}).get_json()
    assert answer["names"] == []
    assert answer["problem"] == {"message": "a condition is missing here", "start": 8, "end": 8}
    problem = table(trained, filter="learning_rate < 1")["problem"]
    assert "no column 'learning_rate'" in problem["message"]
    refused = trained.client().get("/api/runs/table", query_string={"filter": "run1 and", "format": "csv"})
    assert refused.status_code == 400
    assert refused.get_json()["error"] == "filter, character 9: a condition is missing here"


def test_a_mistyped_column_is_told_its_likes(trained):
    assert "there is val/acc" in table(trained, filter="val/ac > 1")["problem"]["message"]


def test_the_table_is_had_as_csv(trained):
    answer = trained.client().get("/api/runs/table?format=csv&column=name&column=hparam.lr&column=val/acc.max&limit=1")
    assert answer.content_type.startswith("text/csv")
    found = list(csv.reader(io.StringIO(answer.text)))
    assert found[0] == ["name", "hparam.lr", "val/acc.max"]
    assert [row[0] for row in found[1:]] == ["run1", "run2", "run10"]
    assert float(found[2][2]) == pytest.approx(0.9)


def test_columns_tell_their_values_where_they_are_few(trained):
    found = {column["id"]: column for column in trained.client().get("/api/runs/columns").get_json()["columns"]}
    assert found["hparam.opt"]["values"] == ["adam", "sgd"]
    assert found["hparam.lr"]["kind"] == "number"
    assert found["hparam.amp"]["values"] == ["false", "true"]
    assert found["status"]["values"] == ["crashed", "finished", "running"]
    assert found["val/acc"]["goal"] == "max"


def test_numbers_follow_what_is_logged(log):
    log.write(log.version() + log.scalars(0, 3))
    assert rows(log.poll(), "loss.max", "steps") == {"run": [2.0, 2]}
    log.append(log.scalar(3, 7.0))
    assert rows(log.poll(), "loss.max", "steps") == {"run": [7.0, 3]}


def test_superseded_points_do_not_count(log):
    log.write(
        log.version()
        + log.scalars(0, 100)
        + b"".join(log.scalar(step, -1.0, wall_time=2000.0 + step) for step in range(50, 90))
    )
    log.poll()
    columns = log.store.scalars("run", "loss")
    assert not log.store.statistics("run", "loss").ascending
    found = history_statistics(log.store, "run", "loss")
    assert (found.maximum, found.maximum_step, found.last_step) == (49.0, 49, 89)
    assert found.rows == 90 < len(columns.steps)
    assert rows(log, "loss.max", "loss.mean") == {"run": [49.0, pytest.approx((sum(range(50)) - 40) / 90)]}


def test_a_run_resumed_after_its_end_runs_again(log):
    with SummaryWriter(str(log.directory / "run")) as writer:
        writer.add_hparams({"lr": 1.0})
        writer.add_scalar("loss", 1.0, 0)
    log.poll()
    assert rows(log, "status") == {"run": ["finished"]}
    with SummaryWriter(str(log.directory / "run")) as writer:
        writer.add_hparams({"lr": 2.0})
        writer.add_scalar("loss", 1.0, 1)
        writer.flush()
        assert rows(log.poll(), "status", "hparam.lr") == {"run": ["running", 2.0]}


@pytest.mark.parametrize(
    ("silence", "status"), [(5, "running"), (3000, "stalled"), (90_000, "ended")], ids=lambda value: str(value)
)
def test_silence_tells_how_a_run_stands_that_says_nothing_of_its_end(log, silence, status):
    times = time.time() - silence - np.arange(10)[::-1] * 2.0
    log.write(log.version() + b"".join(log.scalar(step, wall_time=at) for step, at in enumerate(times)))
    assert rows(log.poll(), "status") == {"run": [status]}


@pytest.mark.parametrize(
    "query",
    ["order=up", "limit=1001", "limit=x", "offset=-1", "goal=loss", "goal=loss:best", "limit=1" + "0" * 20],
)
def test_questions_that_make_no_sense_are_refused(trained, query):
    answer = trained.client().get(f"/api/runs/table?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.get_json()["error"]


def test_values_that_are_no_numbers_come_as_json_has_them(log):
    log.write(log.version() + log.scalar(0, float("nan")) + log.scalar(1, float("-inf")))
    text = log.poll().client().get("/api/runs/table?column=loss.last&column=loss.max").text
    (row,) = json.loads(text, parse_constant=pytest.fail)["rows"]
    assert row == {"run": "run", "values": ["-Infinity", "NaN"], "steps": [1, None]}


def compared(log, *runs, **query):
    answer = log.client().get("/api/runs/compare", query_string={"run": runs, **query})
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_runs_are_compared_in_the_order_asked_for(trained):
    found = compared(trained, "run10", "run2")
    assert [run["run"] for run in found["runs"]] == ["run10", "run2"]
    assert {row["name"]: (row["values"], row["differs"]) for row in found["hparams"]} == {
        "amp": ([False, False], False),
        "lr": ([0.01, 0.1], True),
        "opt": (["adam", "sgd"], True),
    }
    (metric,) = found["metrics"]
    assert (metric["tag"], metric["goal"]) == ("val/acc", "max")
    assert [cell["value"] for cell in metric["last"]] == pytest.approx([0.7, 0.4])
    assert [cell["step"] for cell in metric["best"]] == [20, 10]
    (metric,) = compared(trained, "run10", "run2", goal="val/acc:min", find="ACC")["metrics"]
    assert [cell["value"] for cell in metric["best"]] == pytest.approx([0.3, 0.2])
    assert compared(trained, "run10", find="nothing")["metrics"] == []


def test_what_only_one_run_has_is_empty_for_the_other_and_runs_that_are_gone_are_named(trained):
    trained.write(trained.version() + trained.scalar(5), run="another")
    found = compared(trained.poll(), "another", "run1", "gone")
    assert found["missing"] == ["gone"]
    assert [row["values"] for row in found["hparams"] if row["name"] == "lr"] == [[None, 1.0]]
    last = {metric["tag"]: [cell["value"] for cell in metric["last"]] for metric in found["metrics"]}
    assert last == {"loss": [5.0, None], "val/acc": [None, pytest.approx(0.1)]}


@pytest.mark.parametrize("runs", [[], [str(number) for number in range(21)]], ids=len)
def test_no_run_and_too_many_are_not_compared(trained, runs):
    assert trained.client().get("/api/runs/compare", query_string={"run": runs}).status_code == 400
