"""What every op type promises, checked on a sample of each: signature, shapes, kernel, gradient, export."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from op_samples.catalog import SAMPLES, operation_of
from op_samples.sample import continuous, direction_like

import graphcore as tf
from graphcore import signature
from graphcore.op_type import OP_TYPES, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.shapes import TensorShape
from graphcore.tensor_value import TensorValue
from writer.format import tensors
from writer.format.messages import DataType, NodeDef

RANK_TOLD_BY_A_RUN = {
    *("PyFunc", "Restore", "RestoreSlice"),
    *("StackPop", "TensorArrayRead", "TensorArrayPack", "TensorArrayConcat"),
}
CANNOT_RUN_ALONE = {
    "Placeholder": "it needs a feed",
    **dict.fromkeys(("Switch", "RefSwitch"), "one of the sides has no value"),
    **dict.fromkeys(("Enter", "RefEnter", "NextIteration", "LoopCond"), "it has a value in each turn of a loop"),
}

CASES = [pytest.param(name, sample, id=f"{name}-{i}") for name in SAMPLES for i, sample in enumerate(SAMPLES[name])]

RUNNABLE = [case for case in CASES if case.values[0] not in CANNOT_RUN_ALONE]


def test_every_op_type_has_a_sample_of_its_own():
    assert set(SAMPLES) == set(OP_TYPES)
    for name, samples in SAMPLES.items():
        for sample in samples:
            assert operation_of(sample.make(*map(tf.constant, sample.arrays))).type == name


def in_our_notation(line: str) -> str:
    """A line of TensorFlow's list of ops as `graphcore.signature` writes it."""
    line = line.removesuffix(" | ")
    names = {f"DT_{name.upper()}": name for name in tf.__all__} | {"DT_FLOAT": "float32", "DT_DOUBLE": "float64"}
    line = re.sub(r"DT_\w+", lambda match: names[match[0]], line)
    types = {"FLOAT": "float32", "DOUBLE": "float64", "HALF": "float16"}
    line = re.sub(
        r"type\{([A-Z0-9,]+)\}",
        lambda match: f"type{{{' '.join(types.get(word, word.lower()) for word in match[1].split(','))}}}",
        line,
    )
    line = re.sub(r"=b: ", "=", line)
    line = re.sub(r"=[if]: ", "=", line)
    line = re.sub(r'=s: "([^"]*)"', r"=\1", line)
    line = re.sub(r"=type: ", "=", line)
    line = re.sub(
        r"=tensor \{ dtype: (\w+) .*? \} ((?:int_val: \d+ )+)\}",
        lambda match: f"={match[1]}[{match[2].replace('int_val: ', '').strip()}]",
        line,
    )
    return line.replace("=list { }", "=[]").replace("=shape { }", "=()")


# Ops that TensorFlow has since 0.9.
LATER = ["AudioSummary(tag:DT_STRING, tensor:DT_FLOAT) -> summary:DT_STRING | sample_rate:float; max_outputs:int=i: 3"]


def test_signatures_are_those_of_tensorflow(data):
    lines = (data / "ops_0.8.txt").read_text().splitlines() + LATER
    of_tensorflow = {line.partition("(")[0]: line for line in lines if not line.startswith("#")}
    for name, declared in OP_TYPES.items():
        expected = signature.parse(in_our_notation(of_tensorflow[name]))
        assert declared.signature.inputs == expected.inputs
        assert declared.signature.outputs == expected.outputs
        assert set(declared.signature.attrs) == set(expected.attrs)
        for attr in declared.signature.attrs.values():
            other = expected.attrs[attr.name]
            assert (attr.kind, attr.allowed, attr.has_default) == (other.kind, other.allowed, other.has_default), name
            assert attr.default == other.default, name


def run(sess, made: Any, feed_dict: Any = None) -> list[Any]:
    sess.run(tf.initialize_all_variables())
    outputs = operation_of(made).outputs
    return sess.run(outputs, feed_dict)


@pytest.mark.parametrize(("name", "sample"), RUNNABLE)
def test_what_runs_has_the_shapes_and_types_that_were_inferred(name, sample, sess):
    made = sample.make(*map(tf.constant, sample.arrays))
    for tensor, value in zip(operation_of(made).outputs, run(sess, made)):
        assert tensor.get_shape().is_compatible_with(np.shape(value))
        if tensor.dtype.base_dtype != tf.string:
            assert value.dtype == tensor.dtype.base_dtype.as_numpy_dtype
        if np.shape(value) == ():
            assert not isinstance(value, np.ndarray)
        # Nothing but the gradient's own helper leaves the rank open when all its inputs are constants.
        assert tensor.get_shape().ndims is not None or name in RANK_TOLD_BY_A_RUN


@pytest.mark.parametrize(("name", "sample"), [case for case in RUNNABLE if len(case.values[1].arrays)])
def test_shapes_are_inferred_without_error_from_inputs_of_unknown_shape(name, sample, sess):
    inputs = [
        tf.placeholder(tf.as_dtype(np.asarray(a).dtype if a.dtype != object else tf.string)) for a in sample.arrays
    ]
    if name == "Unpack":
        pytest.skip("how many outputs there are is told by the shape")
    if name in ("Assign", "AssignAdd", "AssignSub"):
        pytest.skip("the variable's shape is known")
    made = sample.make(*inputs)
    values = run(sess, made, dict(zip(inputs, sample.arrays)))
    for tensor, value in zip(operation_of(made).outputs, values):
        assert tensor.get_shape().is_compatible_with(np.shape(value))


def not_numbers(made: Any) -> bool:
    return any(output.dtype.base_dtype in (tf.bool, tf.string) for output in operation_of(made).outputs)


def inner_product(value: Any, direction: np.ndarray) -> float:
    """How far ``value`` points in ``direction``; complex numbers count as pairs."""
    wide = np.complex128 if np.asarray(value).dtype.kind == "c" else np.float64
    return float(np.sum(np.conj(np.asarray(value, wide)) * direction).real)


@pytest.mark.parametrize(("name", "sample"), [case for case in CASES if case.values[1].gradient_wrt])
def test_gradients_are_those_of_numerical_differentiation(name, sample, sess):
    inputs = [tf.constant(array) for array in sample.arrays]
    made = sample.make(*inputs)
    outputs = [made] if isinstance(made, Tensor) else made
    if not_numbers(made):
        pytest.skip("the output has no numbers")
    if OP_TYPES[name].gradient is no_gradient or not continuous(outputs[0]):
        assert tf.gradients(outputs[0], inputs[0]) == [None]
        return
    outputs = [output for output in outputs if continuous(output)]
    wanted = [inputs[i] for i in sample.gradient_wrt]
    # A random direction for each output and each input: one number tells whether the whole Jacobian is right.
    rng = np.random.RandomState(1)
    out_directions = [direction_like(value, rng) for value in sess.run(outputs)]
    in_directions = [direction_like(sample.arrays[i], rng) for i in sample.gradient_wrt]
    grads = tf.gradients(outputs, wanted, out_directions)
    values = sess.run([tf.convert_to_tensor(grad) for grad in grads])
    analytic = sum(inner_product(value, direction) for value, direction in zip(values, in_directions))

    def projected(step: float) -> float:
        moved = {
            tensor: sample.arrays[i] + step * direction
            for tensor, i, direction in zip(wanted, sample.gradient_wrt, in_directions)
        }
        return sum(
            inner_product(value, direction) for value, direction in zip(sess.run(outputs, moved), out_directions)
        )

    # The ops that know float32 only need a step that is large against their rounding.
    step, rtol, atol = (1e-5, 1e-6, 1e-8) if outputs[0].dtype.base_dtype == tf.float64 else (1e-3, 1e-3, 5e-4)
    numeric = (projected(step) - projected(-step)) / (2 * step)
    np.testing.assert_allclose(analytic, numeric, rtol=rtol, atol=atol)


@pytest.mark.parametrize(("name", "sample"), RUNNABLE)
def test_gradients_have_the_shape_of_what_they_are_gradients_for(name, sample, sess):
    inputs = [tf.constant(array) for array in sample.arrays]
    made = sample.make(*inputs)
    if not_numbers(made):
        with pytest.raises(TypeError, match="Gradients need numbers"):
            tf.gradients(made, inputs)
        return
    if OP_TYPES[name].gradient is None and name != "Exit":  # loops are differentiated as a whole
        with pytest.raises(LookupError, match=f"No gradient defined for operation '.*' \\(op type: {name}\\)"):
            tf.gradients(made, inputs)
        return
    if isinstance(made, Operation):
        return
    for tensor, found in zip(inputs, tf.gradients(made, inputs)):
        if found is not None:
            grad = tf.convert_to_tensor(found)
            assert grad.get_shape().is_compatible_with(tensor.get_shape())
            assert np.shape(sess.run(grad)) == tuple(tensor.get_shape().as_list())


@pytest.mark.parametrize(("name", "sample"), CASES)
def test_exported_attrs_say_all_there_is(name, sample):
    made = operation_of(sample.make(*map(tf.constant, sample.arrays)))
    node = NodeDef.FromString(made.node_def.SerializeToString())
    assert set(OP_TYPES[name].signature.attrs) <= set(node.attr)
    for attr, value in made.attrs.items():
        assert python_value(node.attr[attr]) == comparable(value), attr


def comparable(value: Any) -> Any:
    if isinstance(value, TensorValue):
        return value.dtype.name, value.shape, np.asarray(value.array).tolist()
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, TensorShape):
        return value.sizes
    return value


def python_value(attr: Any) -> Any:
    """What an AttrValue holds, read without the code that wrote it."""
    kind = attr.WhichOneof("value")
    value = getattr(attr, kind)
    if kind == "type":
        return tf.as_dtype(value)
    if kind == "shape":
        return None if value.unknown_rank else tuple(None if d.size == -1 else d.size for d in value.dim)
    if kind == "tensor":
        assert value.dtype in DataType.values()
        return (
            tf.as_dtype(value.dtype).name,
            tuple(d.size for d in value.tensor_shape.dim),
            tensors.to_ndarray(value).tolist(),
        )
    if kind == "list":
        return [item for _, items in value.ListFields() for item in items]
    return value


def test_a_signature_that_does_not_follow_the_notation_is_refused():
    for line in ("Add", "Add(x) -> y:T", "Add(x:T) -> y:T | T:colour", "Add(x:T) y:T"):
        with pytest.raises(ValueError, match="signature"):
            signature.parse(line)
