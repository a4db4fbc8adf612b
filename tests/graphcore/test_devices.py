"""Devices: their names, and how blocks that name them complete each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphcore as tf


def device_of_constant() -> str:
    return tf.constant(1.0).op.device


class TestNames:
    @pytest.mark.parametrize(
        ("name", "full"),
        [
            ("/cpu:0", "/device:CPU:0"),
            ("/gpu:1", "/device:GPU:1"),
            ("/device:GPU:*", "/device:GPU:*"),
            ("/job:ps/replica:1/task:2/cpu:0", "/job:ps/replica:1/task:2/device:CPU:0"),
            ("/task:3", "/task:3"),
            ("", ""),
        ],
    )
    def test_they_have_a_full_form(self, name, full):
        assert tf.DeviceSpec.from_string(name).to_string() == full

    @given(
        st.builds(
            tf.DeviceSpec,
            job=st.none() | st.sampled_from(["ps", "worker"]),
            replica=st.none() | st.integers(0, 99),
            task=st.none() | st.integers(0, 99),
            device_type=st.just("GPU"),
            device_index=st.none() | st.integers(0, 99),
        )
    )
    def test_and_are_read_as_they_are_written(self, spec):
        assert tf.DeviceSpec.from_string(spec.to_string()) == spec

    @pytest.mark.parametrize("name", ["/colour:red", "/task:x", "/cpu:0/gpu:0", "gpu"])
    def test_others_are_refused(self, name):
        with pytest.raises(ValueError, match=r"Unknown attribute|is not a number|Cannot specify multiple"):
            tf.constant(1.0).op.set_device(name)


class TestBlocks:
    def test_the_outer_completes_the_inner(self):
        with tf.device("/job:ps/cpu:0"):
            assert device_of_constant() == "/job:ps/device:CPU:0"
            with tf.device("/gpu:1"):
                assert device_of_constant() == "/job:ps/device:GPU:1"
                with tf.device(None):
                    assert device_of_constant() == ""
        assert device_of_constant() == ""

    def test_a_function_decides_for_each_operation(self):
        with tf.device(lambda op: "/gpu:0" if op.type == "MatMul" else "/cpu:0"):
            a = tf.constant([[1.0]])
            product = tf.matmul(a, a)
        assert (a.device, product.device) == ("/device:CPU:0", "/device:GPU:0")
        assert product.op.node_def.device == "/device:GPU:0"
        assert "device=/device:GPU:0" in str(product)

    def test_what_belongs_with_an_operation_belongs_where_that_is(self):
        with tf.device("/gpu:0"):
            a = tf.constant(1.0)
        with tf.device("/cpu:0"):
            with tf.colocate_with(a):
                assert device_of_constant() == "/device:GPU:0"
            v = tf.Variable(1.0)
        assert v.initializer.device == v.op.device == v.device == "/device:CPU:0"

    def test_a_spec_will_do(self):
        with tf.device(tf.DeviceSpec(job="worker", task=3)):
            assert device_of_constant() == "/job:worker/task:3"

    def test_what_is_placed_on_another_device_runs_all_the_same(self, sess):
        with tf.device("/gpu:7"):
            x = tf.constant(2.0)
        assert sess.run(x * x) == 4.0


def test_containers_are_noted_in_what_keeps_state():
    with tf.container("experiment"):
        v, c = tf.Variable(1.0), tf.constant(1.0)
        with tf.container("inner"):
            inner = tf.Variable(1.0)
    assert v.op.get_attr("container") == "experiment"
    assert inner.op.get_attr("container") == "inner"
    assert tf.Variable(1.0).op.get_attr("container") == ""
    assert "container" not in c.op.attrs
