"""Arrays of real libraries; each test runs where its library is installed (`make peers`)."""

from __future__ import annotations

import numpy as np
import pytest

import writer.summary.text
from writer import SummaryWriter
from writer.format.messages import Summary
from writer.format.tensors import to_ndarray
from writer.summary.arrays import COMPLEX, as_array


def test_tensors_of_torch_are_taken_in_all_their_forms():
    torch = pytest.importorskip("torch")
    plain = torch.arange(6.0).reshape(2, 3)
    forms = {
        "bfloat16": plain.bfloat16(),
        "half": plain.half(),
        "float8": plain.to(torch.float8_e4m3fn),
        "with gradients": plain.clone().requires_grad_(),
        "a parameter": torch.nn.Parameter(plain),
        "sparse": plain.to_sparse(),
        "a view": plain.T.contiguous().T,
        "negated lazily": torch.complex(plain, -plain).conj().imag,
        "integers": plain.long(),
        "a list of tensors": list(plain),
    }
    for name, value in forms.items():
        assert as_array("t", value, "add_histogram").tolist() == plain.tolist(), name
    conjugate = torch.complex(plain, plain).conj()
    np.testing.assert_array_equal(
        as_array("t", conjugate, "add_tensor", kinds=COMPLEX), plain.numpy() - 1j * plain.numpy()
    )
    for value in (plain.to("meta"), conjugate):
        with pytest.raises(
            TypeError, match="add_histogram: tag 't' wants an array of numbers, but got Tensor of torch"
        ):
            as_array("t", value, "add_histogram")


def test_every_kind_takes_tensors_of_torch(tmp_path):
    torch = pytest.importorskip("torch")
    with SummaryWriter(tmp_path) as log:
        step = torch.tensor(3)
        log.add_histogram("h", torch.randn(100).bfloat16(), step, bins=torch.tensor([-9.0, 0.0, 9.0]))
        log.add_histogram_raw("r", *torch.tensor([0, 2, 3, 4, 5]), torch.tensor([1.0, 2.0]), torch.tensor([1, 2]), step)
        log.add_image("i", torch.rand(3, 8, 8, requires_grad=True), step)
        log.add_images("is", torch.rand(4, 3, 8, 8), step)
        log.add_image_with_boxes("b", torch.rand(3, 20, 20), torch.tensor([[1, 2, 8, 9]]), step)
        log.add_video("v", torch.rand(1, 3, 3, 8, 8), step)
        log.add_audio("a", torch.rand(1, 100), step)
        log.add_pr_curve("p", torch.randint(0, 2, (50,)), torch.rand(50), step, weights=torch.rand(50))
        log.add_mesh(
            "m", torch.rand(1, 4, 3), torch.randint(0, 255, (1, 4, 3)), torch.tensor([[[0, 1, 2]]]), None, step
        )
        log.add_tensor("t", torch.rand(3, 3, dtype=torch.complex64), step)
    event_accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    events = event_accumulator.EventAccumulator(str(tmp_path)).Reload()
    tags = ["h", "r", "i", "is", "b", "v", "a", "p", "m_VERTEX", "m_FACE", "m_COLOR", "t"]
    assert sorted(events.Tags()["tensors"]) == sorted(tags)
    assert {event.step for tag in tags for event in events.Tensors(tag)} == {3}


def test_tensors_of_tensorflow_are_taken():
    tf = pytest.importorskip("tensorflow")
    for value in (tf.constant([1.0, 2.0]), tf.constant([1, 2]), tf.constant([1, 2], tf.bfloat16), tf.Variable([1, 2])):
        assert as_array("t", value, "add_histogram").tolist() == [1, 2]
    with pytest.raises(TypeError, match=r"tag 't' wants an array of numbers, but got EagerTensor of .*string"):
        as_array("t", tf.constant("a"), "add_histogram")
    (entry,) = Summary.FromString(writer.summary.text.text("t", tf.constant([["a", "b"]]), "add_text")).value
    assert to_ndarray(entry.tensor).tolist() == [[b"a", b"b"]]


def test_arrays_of_jax_are_taken():
    jax = pytest.importorskip("jax")
    for dtype in ("float32", "bfloat16", "int32"):
        assert as_array("t", jax.numpy.array([1, 2], dtype), "add_histogram").tolist() == [1, 2]
