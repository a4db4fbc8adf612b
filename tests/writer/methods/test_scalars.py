import math

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util import tensor_util

import board
from writer import SummaryWriter
from writer.format.tensors import to_ndarray


def tensorboard_reads(directory):
    return EventAccumulator(str(directory), size_guidance={"scalars": 0, "tensors": 0}).Reload()


def summaries(events):
    return [(item.step, value) for item in events for value in item.summary.value]


def test_a_description_comes_with_the_first_point_and_both_readers_show_it(tmp_path):
    with SummaryWriter(tmp_path) as log:
        for step in range(3):
            log.add_scalar("loss", 0.5 + step, step, display_name="Loss", description="*lower* is better")
        log.add_scalar("exact", 0.1, 1, float64=True)
        log.add_scalar("exact", 0.1, 2, new_style=True, double_precision=True)
        log.add_scalar("named", 1.0, 1, display_name="N", summary_description="d")
    read = tensorboard_reads(tmp_path)
    metadata = read.SummaryMetadata("loss")
    assert (metadata.display_name, metadata.summary_description) == ("Loss", "*lower* is better")
    assert [float(tensor_util.make_ndarray(point.tensor_proto)) for point in read.Tensors("loss")] == [0.5, 1.5, 2.5]
    assert [float(tensor_util.make_ndarray(point.tensor_proto)) for point in read.Tensors("exact")] == [0.1, 0.1]
    assert read.SummaryMetadata("named").summary_description == "d"
    series = board.open(tmp_path).scalars(".", "loss")
    assert series.values.tolist() == [0.5, 1.5, 2.5]


def texts_of(reader, tag):
    metadata = reader.SummaryMetadata(tag)
    return metadata.display_name, metadata.summary_description


def test_dicts_and_arrays_of_numbers_take_texts_too(tmp_path, read_events):
    texts = {"loss": "*lower* is better", "eval": {"acc": "of the **held-out** images"}, "later": "not yet logged"}
    with SummaryWriter(tmp_path) as log:
        for step in range(3):
            log.log({"loss": 0.5, "eval": {"acc": 0.25}, "plain": step}, step, description=texts)
            log.add_scalars("lr", {"a": 1.0, "b": 2.0}, step, display_name={"a": "A"}, description="of the groups")
        for first in (0, 10_000):
            steps = np.arange(first, first + 10_000)
            log.add_scalar_series("x", steps, np.sqrt(steps), display_name="√", description="roots")
        log.add_scalar_series("exact", [1, 2], [0.1, 0.2], float64=True, description="twice as many bits")
        log.add_scalar_series("none", [], [], description="nothing")
        log.log({"loss": 0.25, "eval": {"acc": 0.5}}, 3, description=texts)
    read = tensorboard_reads(tmp_path)
    assert texts_of(read, "loss") == ("", "*lower* is better")
    assert texts_of(read, "eval/acc") == ("", "of the **held-out** images")
    assert texts_of(read, "lr/a") == ("A", "of the groups")
    assert texts_of(read, "lr/b") == ("", "of the groups")
    assert texts_of(read, "x") == ("√", "roots")
    assert texts_of(read, "exact") == ("", "twice as many bits")
    assert "plain" in read.Tags()["scalars"]  # the compact form
    logs = board.open(tmp_path)
    assert logs.scalars(".", "x").values.tolist() == np.float32(np.sqrt(np.arange(20_000))).tolist()
    assert logs.scalars(".", "x").steps.tolist() == list(range(20_000))
    assert logs.scalars(".", "exact").values.tolist() == [0.1, 0.2]
    assert logs.scalars(".", "loss").values.tolist() == [0.5, 0.5, 0.5, 0.25]
    stored = [value for _, value in summaries(read_events(tmp_path))]
    for tag in ("loss", "eval/acc", "lr/a", "x", "exact"):  # readers keep the first
        assert sum(bool(value.metadata.summary_description) for value in stored if value.tag == tag) == 1


def test_a_call_that_fails_does_not_use_up_the_description(tmp_path):
    with SummaryWriter(tmp_path) as log:
        for step in (1.5, 1):
            try:
                log.add_scalar("a", 1.0, step, description="d")
                log.log({"b": 1.0}, step, description="d")
            except ValueError:
                with pytest.raises(ValueError, match="tag 'b': global_step is an integer"):
                    log.log({"b": 1.0}, step, description="d")
    read = tensorboard_reads(tmp_path)
    assert texts_of(read, "a") == texts_of(read, "b") == ("", "d")


def test_add_scalars_writes_one_event_of_this_run(tmp_path, read_events):
    with SummaryWriter(tmp_path) as log:
        log.add_scalars("loss", {"train": 1, "eval": {"a": np.float32(2), "b": 3.0}}, 7, walltime=5.0)
    _, item = read_events(tmp_path)
    assert (item.step, item.wall_time) == (7, 5.0)
    assert [(value.tag, value.simple_value) for value in item.summary.value] == [
        ("loss/train", 1),
        ("loss/eval/a", 2),
        ("loss/eval/b", 3),
    ]


def test_add_scalars_as_runs_of_their_own_is_laid_out_as_pytorch_does(tmp_path, read_events):
    log = SummaryWriter(tmp_path)
    for step in range(3):
        log.add_scalars("a/loss", {"train": step, "eval": -step}, step, own_runs=True)
    log.add_scalars("lr", {"a": 0.1}, own_runs=True, description={"a": "d", "b": "e"})
    log.flush()
    assert texts_of(tensorboard_reads(tmp_path / "lr_a"), "lr") == ("", "d")
    for run, sign in (("train", 1), ("eval", -1)):
        found = summaries(read_events(tmp_path / f"a_loss_{run}"))
        assert [(step, value.tag, value.simple_value) for step, value in found] == [
            (step, "a/loss", sign * step) for step in range(3)
        ]
    log.close()


def test_a_dict_is_logged_at_once_nested_names_joined(tmp_path):
    with SummaryWriter(tmp_path) as log:
        for step in range(100):
            log.log({"loss": 1 / (step + 1), "eval": {"acc": step, 5: {"x": True}}}, step=step)
        log.log({})
    read = tensorboard_reads(tmp_path)
    assert sorted(read.Tags()["scalars"]) == ["eval/5/x", "eval/acc", "loss"]
    assert [(point.step, point.value) for point in read.Scalars("eval/acc")] == [(step, step) for step in range(100)]


def test_a_series_is_logged_from_arrays(tmp_path):
    steps = np.r_[np.arange(50_000) * 3, -5]
    values = np.sin(steps)
    times = 1e9 + np.arange(len(steps))
    with SummaryWriter(tmp_path) as log:
        log.add_scalar_series("x", steps, values, times)
        log.add_scalar_series("exact", [1.0, 2.0], [0.1, 1e300], float64=True)
        log.add_scalar_series("none", [], [])
    point = board.open(tmp_path).scalars(".", "x")
    assert point.steps.tolist() == steps.tolist()
    assert point.values.tolist() == np.float32(values).tolist()
    assert point.wall_times.tolist() == times.tolist()
    read = tensorboard_reads(tmp_path)
    assert [(one.step, one.wall_time, one.value) for one in read.Scalars("x")] == list(
        zip(steps.tolist(), times.tolist(), np.float32(values).tolist())
    )
    assert [to_ndarray_of(one) for one in read.Tensors("exact")] == [0.1, 1e300]


def to_ndarray_of(point):
    return float(to_ndarray(point.tensor_proto))


def test_a_step_that_is_an_array_changed_in_place_is_stored_as_it_is_now(tmp_path, read_events):
    step = np.array(0)
    with SummaryWriter(tmp_path) as log:
        for _ in range(3):
            step += 1
            log.add_scalar("t", 0.0, step)
        log.add_scalar("t", 0.0)
        log.add_scalar("t", 0.0, 5)
        log.add_scalar("t", 0.0)
        log.add_scalar("t", 0.0, True)
        log.add_scalar("t", 0.0, 2.0)
    assert [step for step, _ in summaries(read_events(tmp_path))] == [1, 2, 3, 0, 5, 0, 1, 2]


def test_numbers_of_all_kinds_are_stored_as_float32(tmp_path, read_events):
    given = [
        1,
        0.1,
        True,
        np.float16(0.5),
        np.int8(-3),
        math.inf,
        -math.inf,
        math.nan,
        1e39,
        -(10**400),
        np.array([[2]]),
    ]
    with SummaryWriter(tmp_path) as log:
        for value in given:
            log.add_scalar("t", value)
    stored = [value.simple_value for _, value in summaries(read_events(tmp_path))]
    expected = [1, np.float32(0.1), 1, 0.5, -3, math.inf, -math.inf, math.nan, math.inf, -math.inf, 2]
    np.testing.assert_array_equal(stored, np.float32(expected))


class Broken:
    """A tensor on an accelerator that failed: it says so when its value is wanted."""

    shape = ()

    def item(self):
        raise RuntimeError("device-side assert")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda log: log.add_scalar("", 1.0), ValueError, "the tag is empty"),
        (lambda log: log.add_scalar("t" * 100_000, 1.0), ValueError, "tag 'ttt.*' takes 100000 bytes"),
        (lambda log: log.add_scalar("\ud800", 1.0), ValueError, "lone surrogate"),
        (lambda log: log.add_scalar(b"t", 1.0), TypeError, "a tag is a string, but got b't'"),
        (lambda log: log.add_scalar(["t"], 1.0), TypeError, "a tag is a string"),
        (lambda log: log.add_scalar("t", 1.0, 1, "noon"), TypeError, "tag 't': walltime is seconds .* but got 'noon'"),
        (lambda log: log.add_scalar("t", 1.0, 1, math.nan), ValueError, "tag 't': walltime is seconds .* but got nan"),
        (lambda log: log.add_scalar("t", 1.0, 1.5), ValueError, "tag 't': global_step is an integer, but got 1.5"),
        (lambda log: log.add_scalar("t", 1.0, "7"), TypeError, "tag 't': global_step is an integer, but got '7'"),
        (lambda log: log.add_scalar("t", 1.0, np.arange(2)), TypeError, r"tag 't': .*got ndarray of shape \[2\]"),
        (lambda log: log.add_text("t", "x", 1.5), ValueError, "tag 't': global_step is an integer, but got 1.5"),
        (lambda log: log.add_text("t", "x", 1, math.inf), ValueError, "tag 't': walltime is seconds .* but got inf"),
        (lambda log: log.add_scalar_series("t", [1], [1.0], [math.nan]), ValueError, "tag 't' wants finite seconds"),
        (lambda log: log.add_scalars("t", 1.0), TypeError, "tag 't' wants a dict, but got float"),
        (lambda log: log.add_scalars("t", {"a": 1.0, "b": "x"}), TypeError, "add_scalars: tag 't/b' wants a number"),
        (
            lambda log: log.add_scalars("t", {"a": 1.0}, 1.5, own_runs=True),
            ValueError,
            "add_scalars: tag 't': global_step is an integer, but got 1.5",
        ),
        (
            lambda log: log.add_scalars("t", {"a": 1.0, "b": "x"}, 1, own_runs=True),
            TypeError,
            "add_scalars: tag 't' wants a number, but got 'x'",
        ),
        (
            lambda log: log.log({"a": 1.0, "b": 1.0}, 1, description={"b": 3}),
            TypeError,
            "tag 'b': description is a string, but got 3 of type int",
        ),
        (
            lambda log: log.add_histogram("t", [1.0], 1, display_name=3),
            TypeError,
            "tag 't': display_name is a string, but got 3 of type int",
        ),
        (
            lambda log: log.add_scalar("t", Broken()),
            TypeError,
            r"tag 't' wants a single number, but got Broken of shape \[\]: device-side assert",
        ),
        (
            lambda log: log.add_scalar("t", 1.0, Broken()),
            TypeError,
            r"tag 't': global_step is an integer, but got Broken of shape \[\]: device-side assert",
        ),
        (lambda log: log.log([("a", 1)]), TypeError, "log: wanted a dict of tags to numbers, but got list"),
        (lambda log: log.log({"a": 1.0, "b": {"c": None}}), TypeError, "log: tag 'b/c' wants a number, but got None"),
        (lambda log: log.log({"": 1.0}), ValueError, "log: the tag is empty"),
        (lambda log: log.log({(1, 2): 1.0}), TypeError, "log: a tag is a string"),
        (lambda log: log.log({"a": 1.0}, 1.5), ValueError, "global_step is an integer"),
        (lambda log: log.add_scalar_series("t", [1], [1.0, 2.0]), ValueError, "tag 't' has 1 steps, but 2 values"),
        (lambda log: log.add_scalar_series("t", [1.5], [1.0]), ValueError, "tag 't' wants integers for steps"),
        (lambda log: log.add_scalar_series("t", [math.nan], [1.0]), ValueError, "tag 't' wants integers for steps"),
        (lambda log: log.add_scalar_series("t", [2**64 - 1], [1.0]), ValueError, "tag 't' has a step that does not"),
        (lambda log: log.add_scalar_series("t", [[1]], [[1.0]]), ValueError, r"steps of shape \[n\], but got"),
        (lambda log: log.add_scalar_series("t", [1], ["x"]), TypeError, "tag 't' wants an array of numbers"),
        (
            lambda log: log.add_scalar_series("t", [1], [1.0], [1, 2]),
            ValueError,
            "tag 't' has 1 values, but wall_times",
        ),
        (lambda log: log.add_scalar_series("", [1], [1.0]), ValueError, "the tag is empty"),
    ],
)
def test_a_wrong_argument_is_refused_by_name_and_costs_nothing(tmp_path, call, error, message, read_events):
    with SummaryWriter(tmp_path) as log:
        log.add_scalar("before", 1.0, 1)
        with pytest.raises(error, match=message):
            call(log)
        log.add_scalar("after", 1.0, 2)
    assert [(step, value.tag) for step, value in summaries(read_events(tmp_path))] == [(1, "before"), (2, "after")]
