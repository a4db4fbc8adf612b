"""Input pipelines: files, read record by record, decoded, and made into batches."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf
from graphcore.ops.decoding import hash64


def until_the_end(sess, fetches):
    """What is given until the input ends."""
    coord = tf.train.Coordinator()
    sess.run(tf.initialize_all_variables())
    threads = tf.train.start_queue_runners(sess, coord)
    found = []
    try:
        while True:
            found.append(sess.run(fetches))
    except tf.errors.OutOfRangeError:
        pass
    coord.request_stop()
    coord.join(threads, stop_grace_period_secs=20)
    return found


def queue_of(*paths):
    return tf.train.string_input_producer([str(path) for path in paths], num_epochs=1, shuffle=False)


class TestReaders:
    def test_lines(self, tmp_path, sess):
        first, second = tmp_path / "1.txt", tmp_path / "2.txt"
        first.write_bytes(b"header\none\r\ntwo\n")
        second.write_bytes(b"header\nthree")
        reader = tf.TextLineReader(skip_header_lines=1)
        found = until_the_end(sess, list(reader.read(queue_of(first, second))))
        assert [value for _, value in found] == [b"one", b"two", b"three"]
        assert [key for key, _ in found] == [f"{first}:2".encode(), f"{first}:3".encode(), f"{second}:2".encode()]
        assert sess.run([reader.num_records_produced(), reader.num_work_units_completed()]) == [3, 2]
        sess.run(reader.reset())
        assert sess.run(reader.num_records_produced()) == 0

    def test_records_of_one_length(self, tmp_path, sess):
        (tmp_path / "a").write_bytes(b"HHabcdefgF")
        _, value = tf.FixedLengthRecordReader(3, header_bytes=2, footer_bytes=1).read(queue_of(tmp_path / "a"))
        # The seventh byte is less than a record.
        assert until_the_end(sess, value) == [b"abc", b"def"]
        with pytest.raises(tf.errors.InvalidArgumentError, match="record_bytes must be positive"):
            tf.FixedLengthRecordReader(0)

    def test_whole_files_and_names(self, tmp_path, sess):
        (tmp_path / "a").write_bytes(b"contents")
        key, value = tf.WholeFileReader().read(queue_of(tmp_path / "a"))
        same, name = tf.IdentityReader().read(queue_of(tmp_path / "a"))
        path = str(tmp_path / "a").encode()
        assert until_the_end(sess, [key, value, same, name]) == [[path, b"contents", path, path]]

    def test_tf_records(self, tmp_path, sess):
        path = tmp_path / "a.tfrecords"
        with tf.python_io.TFRecordWriter(path) as file:
            file.write(b"one")
            file.write(b"")
        found = until_the_end(sess, list(tf.TFRecordReader().read(queue_of(path))))
        assert found == [[f"{path}:0".encode(), b"one"], [f"{path}:19".encode(), b""]]

    def test_a_file_that_is_not_there_is_told_and_passed_over(self, tmp_path, sess):
        (tmp_path / "a").write_bytes(b"line\n")
        queue = tf.FIFOQueue(5, tf.string, [[]])
        sess.run(queue.enqueue_many([[str(tmp_path / "none"), str(tmp_path / "a")]]))
        _, value = tf.TextLineReader().read(queue)
        with pytest.raises(tf.errors.NotFoundError, match=r"none: there is no such file") as raised:
            sess.run(value)
        assert raised.value.op.type == "ReaderRead"
        assert sess.run(value) == b"line"


class TestDecoding:
    def test_raw_bytes(self, sess):
        text = tf.constant([b"\x01\x00\x02\x00", b"\x03\x00\xff\xff"])
        assert sess.run(tf.decode_raw(text, tf.int16)).tolist() == [[1, 2], [3, -1]]
        assert sess.run(tf.decode_raw(text, tf.int16, little_endian=False))[0].tolist() == [256, 512]
        assert tf.decode_raw(text, tf.uint8).get_shape().as_list() == [2, None]
        x = tf.placeholder(tf.string)
        for value, message in ((["a", "bc"], "all be the same size"), ("abc", "length 3 that is not a multiple of 2")):
            with pytest.raises(tf.errors.InvalidArgumentError, match=message):
                sess.run(tf.decode_raw(x, tf.int16), {x: value})

    def test_separated_values(self, sess):
        lines = tf.placeholder(tf.string)
        columns = tf.decode_csv(lines, [[0], [1.5], ["?"], tf.zeros([0], tf.int64)])
        number, real, text, needed = sess.run(columns, {lines: ['1,2.5,"a, b",7', ",,,8"]})
        assert number.tolist() == [1, 0]
        assert real.tolist() == [2.5, 1.5]
        assert text.tolist() == [b"a, b", b"?"]
        assert needed.tolist() == [7, 8]
        for line, message in (
            ("1,2,3", "Expect 4 fields but have 3 in record 0"),
            ("x,1,a,7", "Field 0 in record 0 is not a valid int32: x"),
            ("4000000000,1,a,7", "Field 0 in record 0 is not a valid int32: 4000000000"),
            ("1,1,a,", "Field 3 is required but missing in record 0!"),
            ('1,1,"a,7', "is no line of separated values"),
        ):
            with pytest.raises(tf.errors.InvalidArgumentError, match=message):
                sess.run(columns, {lines: line})
        with pytest.raises(TypeError, match="decode_csv: column 0 is bool, none of"):
            tf.decode_csv(lines, [[True]])

    def test_another_separator(self, sess):
        assert sess.run(tf.decode_csv("1|2", [[0], [0]], field_delim="|")) == [1, 2]

    def test_numbers_in_digits(self, sess):
        assert sess.run(tf.string_to_number(["1.5", "-3e2"])).tolist() == [1.5, -300.0]
        assert sess.run(tf.string_to_number("7", tf.int32)) == 7
        with pytest.raises(tf.errors.InvalidArgumentError, match="could not correctly convert string: seven"):
            sess.run(tf.string_to_number("seven"))

    def test_hashes_are_those_of_tensorflow(self, sess):
        """tf.compat.v1.string_to_hash_bucket of TensorFlow 2.21 gave these."""
        words = ["", "a", "hello", "12345678", "longer than eight bytes"]
        assert sess.run(tf.string_to_hash_bucket(words, 1000)).tolist() == HASHES
        assert 0 <= hash64(b"x") < 2**64


HASHES = [899, 868, 938, 287, 621]


def test_the_pipeline_of_the_cifar_10_tutorial(tmp_path, sess):
    """Binary records of a label and a picture, distorted at random and mixed into batches."""
    rng = np.random.RandomState(0)
    pictures = rng.randint(0, 256, (40, 3, 8, 8)).astype(np.uint8)
    pictures[:, 0, :, :] = np.arange(40)[:, None, None]  # the red of each tells which it is
    for part in (0, 1):
        rows = range(part * 20, part * 20 + 20)
        data = b"".join(bytes([i % 10]) + pictures[i].tobytes() for i in rows)
        (tmp_path / f"data_batch_{part}.bin").write_bytes(data)

    names = tf.train.string_input_producer(sorted(map(str, tmp_path.glob("*.bin"))), num_epochs=1)
    _, record = tf.FixedLengthRecordReader(1 + 3 * 8 * 8).read(names)
    values = tf.decode_raw(record, tf.uint8)
    label = tf.cast(tf.slice(values, [0], [1]), tf.int32)
    label.set_shape([1])
    picture = tf.transpose(tf.reshape(tf.slice(values, [1], [3 * 8 * 8]), [3, 8, 8]), [1, 2, 0])
    number = tf.cast(picture[0, 0, 0], tf.int32)
    picture = tf.random_crop(tf.cast(picture, tf.float32), [6, 6, 3])
    picture = tf.image.random_flip_left_right(picture)
    picture = tf.image.random_brightness(picture, max_delta=63)
    picture = tf.image.random_contrast(picture, lower=0.2, upper=1.8)
    picture = tf.image.per_image_whitening(picture)
    batch = tf.train.shuffle_batch([picture, label, number], 8, capacity=30, min_after_dequeue=10, num_threads=2)
    assert batch[0].get_shape().as_list() == [8, 6, 6, 3]

    found = until_the_end(sess, batch)
    assert len(found) == 5
    numbers = np.concatenate([numbers for _, _, numbers in found])
    assert sorted(numbers.tolist()) == list(range(40))
    assert numbers.tolist() != sorted(numbers.tolist())
    for whitened, labels, which in found:
        assert (labels.ravel() == which % 10).all()
        np.testing.assert_allclose(whitened.mean(axis=(1, 2, 3)), 0.0, atol=1e-4)
        np.testing.assert_allclose(whitened.std(axis=(1, 2, 3)), 1.0, rtol=1e-2)
