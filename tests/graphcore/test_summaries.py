"""Summary operations: the bytes they give, the collection they are in, what they refuse."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest
from PIL import Image
from tensorboard.backend.event_processing import event_accumulator

import board
import graphcore as tf
from writer.format.messages import Summary


def test_a_scalar(sess):
    summary = tf.scalar_summary("output", 0.8)
    assert sess.run(summary) == bytes.fromhex("0a0d0a066f757470757415cdcc4c3f")
    assert tf.get_collection(tf.GraphKeys.SUMMARIES) == [summary]


def test_a_tag_for_each_value(sess):
    read = Summary.FromString(sess.run(tf.scalar_summary(["a", "b"], [1, 2])))
    assert [(value.tag, value.simple_value) for value in read.value] == [("a", 1.0), ("b", 2.0)]


def test_all_of_them_merged(sess):
    assert tf.merge_all_summaries() is None
    x = tf.placeholder(tf.float32)
    tf.scalar_summary("a", x)
    tf.scalar_summary("b", x * 2.0)
    tf.scalar_summary("apart", x, collections=["others"])
    read = Summary.FromString(sess.run(tf.merge_all_summaries(), {x: 3.0}))
    assert [(value.tag, value.simple_value) for value in read.value] == [("a", 3.0), ("b", 6.0)]
    assert len(tf.get_collection("others")) == 1


def test_a_tag_that_comes_twice(sess):
    tf.scalar_summary("a", 1.0)
    tf.scalar_summary("a", 2.0)
    merged = tf.merge_all_summaries()
    with pytest.raises(tf.errors.InvalidArgumentError, match="Duplicate tag a found in summary inputs"):
        sess.run(merged)


def test_tags_that_do_not_fit_the_values(sess):
    tags = tf.placeholder(tf.string)
    summary = tf.scalar_summary(tags, [1.0, 2.0])
    with pytest.raises(
        tf.errors.InvalidArgumentError, match=r"tags and values are not the same shape: \[\] != \[2\] \(tag 'a'\)"
    ):
        sess.run(summary, {tags: "a"})


def test_what_the_writer_takes(sess, tmp_path):
    writer = tf.train.SummaryWriter(str(tmp_path), sess.graph)
    writer.add_summary(sess.run(tf.scalar_summary("loss", np.float64(0.5))), 7)
    writer.close()
    (path,) = tmp_path.iterdir()
    assert b"loss" in path.read_bytes()


def test_a_histogram_has_the_buckets_of_tensorflow(sess):
    values = tf.placeholder(tf.float64)
    summary = tf.histogram_summary("h", values)
    (value,) = Summary.FromString(sess.run(summary, {values: [0, 1, 1, -2, 1e-13]})).value
    assert value.tag == "h"
    assert (value.histo.min, value.histo.max, value.histo.num, value.histo.sum_squares) == (-2, 1, 5, 6 + 1e-26)
    assert value.histo.sum == pytest.approx(1e-13, rel=1e-2)
    largest = np.finfo(np.float64).max
    limits = [-2.1628190051144287, -1.9661990955585713, 0, 1e-12, 0.917246389039776, 1.0089710279437536, largest]
    assert list(value.histo.bucket_limit) == limits
    assert list(value.histo.bucket) == [0, 1, 0, 2, 0, 2, 0]
    (value,) = Summary.FromString(sess.run(summary, {values: [largest, -largest]})).value
    assert sum(value.histo.bucket) == 2
    (value,) = Summary.FromString(sess.run(summary, {values: []})).value
    assert (value.histo.num, list(value.histo.bucket_limit), list(value.histo.bucket)) == (0, [largest], [0])


def test_a_histogram_of_what_is_not_finite_names_operation_and_tag(sess):
    summary = tf.histogram_summary("weights", [1.0, np.nan, np.inf], name="spread")
    with pytest.raises(tf.errors.InvalidArgumentError) as raised:
        sess.run(summary)
    assert raised.value.message.startswith(
        "Nan in summary histogram for: spread (tag 'weights': 2 of 3 values are not finite)\n\t [[Node: spread = "
    )


def pictures(serialized):
    """Tag -> pixels [height, width, channels], read by another library than wrote them."""
    found = {}
    for value in Summary.FromString(serialized).value:
        pixels = np.asarray(Image.open(io.BytesIO(value.image.encoded_image_string)))
        found[value.tag] = pixels.reshape(value.image.height, value.image.width, value.image.colorspace)
    return found


def test_pictures_of_bytes_are_as_they_are(sess):
    batch = np.arange(2 * 3 * 4 * 3, dtype=np.uint8).reshape(2, 3, 4, 3)
    found = pictures(sess.run(tf.image_summary("i", batch)))
    assert list(found) == ["i/image/0", "i/image/1"]
    np.testing.assert_array_equal(found["i/image/1"], batch[1])
    assert list(pictures(sess.run(tf.image_summary("i", batch, max_images=1)))) == ["i/image"]


def test_pictures_of_floats_are_scaled_each_by_itself(sess):
    batch = np.array([[0, 1, 2], [-4, 0, 2], [0, 1e-7, 0], [np.nan, 1, 2]], np.float32).reshape(4, 1, 3, 1)
    found = pictures(sess.run(tf.image_summary("i", batch, 4)))
    expected = [[0, 127, 255], [1, 128, 191], [0, 0, 0], [255, 127, 255]]
    assert [pixels.ravel().tolist() for pixels in found.values()] == expected
    colored = np.ones((1, 1, 2, 3), np.float32)
    colored[0, 0, 1, 2] = np.inf
    (pixels,) = pictures(sess.run(tf.image_summary("i", colored))).values()
    assert pixels.tolist() == [[[255, 255, 255], [255, 0, 0]]]


def test_sounds_are_wav_files(sess):
    stereo = np.array([[[0, 0.5], [1, -1], [2, -2]]] * 2, np.float32)
    first, second = Summary.FromString(sess.run(tf.audio_summary("a", stereo, 8000))).value
    assert (first.tag, second.tag) == ("a/audio/0", "a/audio/1")
    assert (first.audio.sample_rate, first.audio.num_channels, first.audio.length_frames) == (8000, 2, 3)
    with wave.open(io.BytesIO(first.audio.encoded_audio_string)) as read:
        assert (read.getframerate(), read.getnchannels(), read.getsampwidth()) == (8000, 2, 2)
        samples = np.frombuffer(read.readframes(3), "<i2").tolist()
    assert samples == [0, 16384, 32767, -32768, 32767, -32768]
    (mono,) = Summary.FromString(sess.run(tf.audio_summary("a", np.zeros((1, 5), np.float32), 8000, 1))).value
    assert (mono.tag, mono.audio.num_channels, mono.audio.length_frames) == ("a/audio", 1, 5)


def test_shapes_that_are_no_pictures_or_sounds(sess):
    with pytest.raises(ValueError, match="must have rank 4"):
        tf.image_summary("i", np.zeros((3, 4), np.float32))
    with pytest.raises(ValueError, match="must have rank 0"):
        tf.image_summary(["i", "j"], np.zeros((1, 3, 4, 1), np.float32))
    with pytest.raises(ValueError, match="must have rank at most 3"):
        tf.audio_summary("a", np.zeros((1, 2, 3, 4), np.float32), 8000)
    x = tf.placeholder(tf.float32)
    with pytest.raises(
        tf.errors.InvalidArgumentError,
        match=r"Tensor must be 4-D with last dim 1, 3, or 4, not \[1,2,3,2\] \(tag 'i'\)",
    ):
        sess.run(tf.image_summary("i", x), {x: np.zeros((1, 2, 3, 2))})
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"Tensor must be 3-D or 2-D, got: \[3\] \(tag 'a'\)"):
        sess.run(tf.audio_summary("a", x, 8000), {x: np.zeros(3)})


def test_all_kinds_of_today_are_named_after_their_tag(sess):
    with tf.name_scope("layer"):
        made = [
            tf.summary.histogram("h", [1.0]),
            tf.summary.image("i", np.zeros((1, 2, 2, 1), np.float32), max_outputs=1),
            tf.summary.audio("a", np.zeros((1, 2), np.float32), 8000, max_outputs=1),
        ]
    assert [summary.op.name for summary in made] == ["layer/h", "layer/i", "layer/a"]
    read = Summary.FromString(sess.run(tf.summary.merge_all()))
    assert [value.tag for value in read.value] == ["layer/h", "layer/i/image", "layer/a/audio"]


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """A directory with an event file of all kinds of summaries, of three steps."""
    directory = tmp_path_factory.mktemp("log")
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None])
        tf.scalar_summary("mean", tf.reduce_mean(x))
        tf.histogram_summary("spread", x)
        tf.image_summary("picture", tf.reshape(x, [1, 2, 2, 1]), 1)
        tf.audio_summary("sound", tf.reshape(x, [1, 4]), 8000, 1)
        merged = tf.merge_all_summaries()
        log = tf.train.SummaryWriter(str(directory), session.graph)
        for step in range(3):
            log.add_summary(session.run(merged, {x: [0.0, 0.25, 0.5, step]}), step)
        log.close()
    return directory


def test_tensorboard_reads_all_kinds(log):
    events = event_accumulator.EventAccumulator(str(log), event_accumulator.STORE_EVERYTHING_SIZE_GUIDANCE).Reload()
    tags = events.Tags()
    assert {kind: tags[kind] for kind in ("scalars", "histograms", "images", "audio")} == {
        "scalars": ["mean"],
        "histograms": ["spread"],
        "images": ["picture/image"],
        "audio": ["sound/audio"],
    }
    assert [event.step for event in events.Images("picture/image")] == [0, 1, 2]
    assert events.Histograms("spread")[2].histogram_value.max == 2.0
    assert tags["graph"]


def test_board_shows_all_kinds(log):
    logs = board.open(str(log))
    kinds = {series.tag: series.metadata.plugin for series in logs.series()}
    assert kinds["mean"] == "scalars"
    assert kinds["spread"] == "histograms"
    assert kinds["picture/image"] == "images"
    assert kinds["sound/audio"] == "audio"
    assert logs.scalars(".", "mean").values.tolist() == [0.1875, 0.4375, 0.6875]


def test_events_are_read_again_one_by_one(log, tmp_path):
    (path,) = log.iterdir()
    events = list(tf.train.summary_iterator(path))
    assert events[0].file_version == "brain.Event:2"
    assert [event.step for event in events if event.HasField("summary")] == [0, 1, 2]
    data = path.read_bytes()
    cut = tmp_path / "cut"
    cut.write_bytes(data[:-5])
    assert len(list(tf.train.summary_iterator(cut))) == len(events) - 1
    for place in (30, len(data) - 5):
        damaged = tmp_path / "damaged"
        damaged.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(tf.errors.DataLossError, match=r"damaged: bad checksum of a record's data at byte \d+"):
            list(tf.train.summary_iterator(damaged))


def test_summaries_made_by_hand(sess, tmp_path):
    made = tf.Summary(value=[tf.Summary.Value(tag="accuracy", simple_value=0.5)])
    log = tf.train.SummaryWriter(str(tmp_path))
    log.add_summary(made, 3)
    log.add_session_log(tf.SessionLog(status=tf.SessionLog.CHECKPOINT, checkpoint_path="model-3"), 3)
    log.add_event(tf.Event(wall_time=1.0, step=4, summary=tf.Summary.FromString(sess.run(tf.scalar_summary("b", 1.0)))))
    log.close()
    (path,) = tmp_path.iterdir()
    _, first, told, last = tf.train.summary_iterator(path)
    assert (first.step, first.summary) == (3, made)
    assert (told.session_log.status, told.session_log.checkpoint_path) == (3, "model-3")
    assert (last.step, last.wall_time, last.summary.value[0].tag) == (4, 1.0, "b")


def test_a_kind_that_is_not_there():
    with pytest.raises(AttributeError, match=r"no tf\.summary\.histgram \(yet\)\. Did you mean .*histogram"):
        _ = tf.summary.histgram
