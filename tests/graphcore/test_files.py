"""Files, records, texts and messages, as programs written for TensorFlow go about them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphcore as tf


def test_files_and_directories(tmp_path):
    directory = str(tmp_path / "a" / "b")
    tf.gfile.MakeDirs(directory)
    tf.gfile.MakeDirs(directory)
    tf.gfile.MkDir(f"{directory}/c")
    for name in ("2.txt", "1.txt"):
        with tf.gfile.GFile(f"{directory}/{name}", "w") as file:
            file.write(name)
    with tf.gfile.FastGFile(f"{directory}/1.txt", "rb") as file:
        assert file.read() == b"1.txt"
    assert tf.gfile.ListDirectory(directory) == ["1.txt", "2.txt", "c"]
    assert tf.gfile.Glob(f"{directory}/*.txt") == [f"{directory}/1.txt", f"{directory}/2.txt"]
    assert tf.gfile.IsDirectory(directory)
    assert not tf.gfile.IsDirectory(f"{directory}/1.txt")
    assert tf.gfile.Stat(f"{directory}/1.txt").st_size == 5
    assert [top for top, _, _ in tf.gfile.Walk(directory)] == [directory, f"{directory}/c"]
    for action in (tf.gfile.Copy, tf.gfile.Rename):
        with pytest.raises(FileExistsError, match=r"2\.txt is there already"):
            action(f"{directory}/1.txt", f"{directory}/2.txt")
        action(f"{directory}/1.txt", f"{directory}/2.txt", overwrite=True)
    with open(f"{directory}/2.txt") as file:
        assert file.read() == "1.txt"
    assert not tf.gfile.Exists(f"{directory}/1.txt")
    tf.gfile.Remove(f"{directory}/2.txt")
    tf.gfile.DeleteRecursively(str(tmp_path / "a"))
    assert os.listdir(tmp_path) == []


@given(st.lists(st.binary(max_size=30), max_size=5))
def test_records_come_back_as_they_were(tmp_path_factory, records):
    path = tmp_path_factory.getbasetemp() / "records"
    with tf.python_io.TFRecordWriter(path) as file:
        for data in records:
            file.write(data)
    assert list(tf.python_io.tf_record_iterator(path)) == records


def test_long_files_and_damaged_records(tmp_path):
    path, records = tmp_path / "records", [bytes([i]) * 700_000 for i in range(5)]
    file = tf.python_io.TFRecordWriter(str(path))
    for data in records:
        file.write(data)
    file.close()
    assert list(tf.python_io.tf_record_iterator(str(path))) == records
    content = bytearray(path.read_bytes())
    path.write_bytes(content[:-1])
    assert list(tf.python_io.tf_record_iterator(path)) == records[:4]
    content[2_000_000] ^= 1
    path.write_bytes(content)
    found = tf.python_io.tf_record_iterator(path)
    assert [next(found), next(found)] == records[:2]
    with pytest.raises(tf.errors.DataLossError, match="bad checksum of a record's data at byte 1400032"):
        next(found)


def test_examples_for_training_are_written_and_read(tmp_path):
    feature = {
        "label": tf.train.Feature(int64_list=tf.train.Int64List(value=[3])),
        "pixels": tf.train.Feature(float_list=tf.train.FloatList(value=[0.5, 1.0])),
        "name": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"three"])),
    }
    example = tf.train.Example(features=tf.train.Features(feature=feature))
    steps = tf.train.FeatureList(feature=[feature["pixels"], feature["pixels"]])
    sequence = tf.train.SequenceExample(
        context=example.features, feature_lists=tf.train.FeatureLists(feature_list={"steps": steps})
    )
    with tf.python_io.TFRecordWriter(tmp_path / "train") as file:
        file.write(example.SerializeToString())
        file.write(sequence.SerializeToString())
    first, second = tf.python_io.tf_record_iterator(tmp_path / "train")
    assert tf.train.Example.FromString(first) == example
    assert list(tf.train.Example.FromString(first).features.feature["pixels"].float_list.value) == [0.5, 1.0]
    assert tf.train.SequenceExample.FromString(second) == sequence


def test_bytes_and_texts():
    assert tf.compat.as_bytes("é") == tf.compat.as_bytes(b"\xc3\xa9") == b"\xc3\xa9"
    assert tf.compat.as_text(b"\xc3\xa9") == tf.compat.as_str("é") == "é"
    assert (tf.compat.as_str_any(b"a"), tf.compat.as_str_any(1.5)) == ("a", "1.5")
    with pytest.raises(TypeError, match="Expected binary or unicode string, got 1"):
        tf.compat.as_bytes(1)


TELLING = """
import graphcore as tf
tf.logging.info("not told")
tf.logging.warn("step %d", 3)
tf.logging.set_verbosity(tf.logging.INFO)
assert tf.logging.get_verbosity() == tf.logging.INFO
for i in range(5):
    tf.logging.log_every_n(tf.logging.INFO, "every %d", 2, i)
    tf.logging.log_first_n(tf.logging.ERROR, "first %d", 2, i)
    tf.logging.log_if(tf.logging.INFO, "three", i == 3)
tf.logging.debug("not told")
tf.logging.flush()
"""


def test_what_is_told_and_what_not():
    done = subprocess.run([sys.executable, "-c", TELLING], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines() == [
        "WARNING:graphcore:step 3",
        *["INFO:graphcore:every 0", "ERROR:graphcore:first 0", "ERROR:graphcore:first 1"],
        *["INFO:graphcore:every 2", "INFO:graphcore:three", "INFO:graphcore:every 4"],
    ]


def test_a_program_that_sets_up_logging_itself_decides():
    code = "import logging; logging.basicConfig(format='mine %(message)s')\n" + TELLING
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[0] == "mine step 3"


def test_names_and_contents_of_files_in_a_graph(tmp_path, sess):
    for name in ("b.txt", "a.txt", "c.bin"):
        (tmp_path / name).write_text(name)
    pattern = tf.placeholder(tf.string)
    names = tf.matching_files(pattern)
    assert names.get_shape().as_list() == [None]
    expected = [str(tmp_path / name).encode() for name in ("a.txt", "b.txt")]
    assert sess.run(names, {pattern: str(tmp_path / "*.txt")}).tolist() == expected
    assert sess.run(names, {pattern: [str(tmp_path / "b*"), str(tmp_path / "a*")]}).tolist() == expected
    assert sess.run(names, {pattern: str(tmp_path / "none*")}).tolist() == []
    assert sess.run(tf.read_file(str(tmp_path / "c.bin"))) == b"c.bin"
    with pytest.raises(tf.errors.NotFoundError, match="none: there is no such file"):
        sess.run(tf.read_file(str(tmp_path / "none")))
    with pytest.raises(tf.errors.UnknownError, match="cannot be read"):
        sess.run(tf.read_file(str(tmp_path)))


def test_names_are_matched_once(tmp_path, sess):
    (tmp_path / "a").touch()
    names = tf.train.match_filenames_once(str(tmp_path / "*"))
    assert names.op.name == "matching_filenames"
    sess.run(tf.initialize_all_variables())
    (tmp_path / "b").touch()
    assert sess.run(names).tolist() == [str(tmp_path / "a").encode()]
    sess.run(names.initializer)
    assert len(sess.run(names)) == 2


def test_epochs_are_counted(sess):
    limited = tf.train.limit_epochs(tf.constant([1, 2]), num_epochs=2)
    assert limited.op.name == "limit_epochs"
    assert [v.op.name for v in tf.all_variables()] == ["limit_epochs/epochs"]
    sess.run(tf.initialize_all_variables())
    assert [sess.run(limited).tolist() for _ in range(2)] == [[1, 2], [1, 2]]
    with pytest.raises(tf.errors.OutOfRangeError, match="Reached limit of 2"):
        sess.run(limited)
    tensor = tf.constant(1)
    assert tf.train.limit_epochs(tensor) is tensor
    with pytest.raises(ValueError, match=r"num_epochs must be > 0 not 0\."):
        tf.train.limit_epochs(tensor, 0)
