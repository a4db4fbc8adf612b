"""Each method of smoothing against the definition that its documentation gives, written out point by point."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.query.smoothing import Method, Smoothing, smooth

NUMBERS = st.one_of(st.floats(-1e6, 1e6), st.sampled_from([math.nan, math.inf, -math.inf]))
WEIGHTS = st.floats(0, 0.9999)


def exponential(values, x, smoothing):
    """What TensorBoard's line charts compute, on finite values."""
    last, out = 0.0, []
    for count, y in enumerate(values, 1):
        last = smoothing.weight * last + (1 - smoothing.weight) * y
        out.append(last / (1 - smoothing.weight**count))
    return out


def time_weighted(values, x, smoothing):
    distances = [abs(b - a) for a, b in itertools.pairwise(x)]
    apart = [distance for distance in distances if distance > 0]
    unit = float(np.median(apart)) if apart else 1.0
    total, mass, out = 0.0, 0.0, []
    for y, distance in zip(values, [0.0, *distances]):
        decay = smoothing.weight ** (distance / unit)
        total, mass = decay * total + y, decay * mass + 1
        out.append(total / mass)
    return out


def windows(values, half):
    return [values[max(0, at - half) : at + half + 1] for at in range(len(values))]


def mean(values, x, smoothing):
    return [math.fsum(window) / len(window) for window in windows(values, smoothing.span // 2)]


def median(values, x, smoothing):
    return [float(np.median(window)) for window in windows(values, smoothing.span // 2)]


def gaussian(values, x, smoothing):
    reach, out = math.ceil(4 * smoothing.sigma), []
    for at in range(len(values)):
        near = range(max(0, at - reach), min(len(values), at + reach + 1))
        weights = [math.exp(-((other - at) ** 2) / (2 * smoothing.sigma**2)) for other in near]
        out.append(math.fsum(w * values[other] for w, other in zip(weights, near)) / math.fsum(weights))
    return out


DEFINITIONS = {
    Method.EXPONENTIAL: exponential,
    Method.TIME_WEIGHTED: time_weighted,
    Method.MEAN: mean,
    Method.MEDIAN: median,
    Method.GAUSSIAN: gaussian,
}


def test_every_method_has_a_definition():
    assert set(DEFINITIONS) == set(Method)


@pytest.mark.parametrize("method", Method)
@given(points=st.lists(st.tuples(NUMBERS, st.floats(-5, 20)), max_size=120), weight=WEIGHTS)
def test_smoothed_values_are_those_of_the_definition(method, points, weight):
    values = np.array([value for value, _ in points], float)
    x = np.cumsum([distance for _, distance in points]).astype(float)
    smoothing = Smoothing(weight, method)
    finite = np.isfinite(values)
    wanted = values.copy()
    if weight > 0 and len(set(values[finite])) > 1:
        wanted[finite] = DEFINITIONS[method](values[finite].tolist(), x[finite].tolist(), smoothing)
    scale = np.abs(values[finite]).max() if finite.any() else 0
    np.testing.assert_allclose(smooth(values, smoothing, x), wanted, rtol=1e-9, atol=1e-9 * scale + 1e-300)


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("weight", [0.1, 0.6, 0.99, 0.9999])
def test_smoothing_of_a_long_series_stays_exact(method, weight):
    rng = np.random.default_rng(0)
    values, x = rng.normal(size=1500).cumsum(), rng.exponential(size=1500).cumsum()
    smoothing = Smoothing(weight, method)
    wanted = DEFINITIONS[method](values.tolist(), x.tolist(), smoothing)
    np.testing.assert_allclose(smooth(values, smoothing, x), wanted, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("weight", [0.1, 0.6, 0.999, 0.9999])
def test_evenly_spaced_points_are_weighted_by_time_as_by_their_number(weight):
    values = np.random.default_rng(0).normal(size=20_000).cumsum()
    x = 7.0 * np.arange(20_000)
    by_number = smooth(values, Smoothing(weight))
    np.testing.assert_allclose(
        smooth(values, Smoothing(weight, Method.TIME_WEIGHTED), x), by_number, rtol=1e-9, atol=1e-9
    )
    np.testing.assert_allclose(by_number, exponential(values, x, Smoothing(weight)), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("method", Method)
@given(value=st.floats(allow_nan=False, allow_infinity=False), count=st.integers(1, 100), weight=WEIGHTS)
def test_constants_stay_as_they_are(method, value, count, weight):
    smoothed = smooth(np.full(count, value), Smoothing(weight, method), np.arange(float(count)))
    assert smoothed.tolist() == [value] * count


@pytest.mark.parametrize("method", Method)
def test_smoothing_leaves_its_input_as_it_is(method):
    values, x = np.array([1.0, 2.0, math.nan, 3.0]), np.array([0.0, 1.0, 2.0, 5.0])
    smooth(values, Smoothing(0.9, method), x)
    np.testing.assert_array_equal(values, [1.0, 2.0, math.nan, 3.0])
    assert x.tolist() == [0.0, 1.0, 2.0, 5.0]


@pytest.mark.parametrize("method", [Method.MEAN, Method.GAUSSIAN, Method.MEDIAN])
def test_an_explosion_leaves_no_errors_behind_where_its_window_has_passed(method):
    values = np.linspace(1.0, 2.0, 400)
    exploded = values.copy()
    exploded[200] = 1e30
    smoothing = Smoothing(0.9, method)
    far = np.abs(np.arange(400) - 200) > 4 * smoothing.sigma + smoothing.span
    np.testing.assert_array_equal(smooth(exploded, smoothing)[far], smooth(values, smoothing)[far])


@pytest.mark.parametrize("method", Method)
@pytest.mark.filterwarnings("error")
def test_the_largest_floats_are_smoothed_without_overflow(method):
    values = np.array([1.0, 0.5, 1.0, 0.75]) * 1.6e308
    smoothed = smooth(values, Smoothing(0.6, method), np.array([0.0, 0.0, 1.0, 2.0]))
    assert ((smoothed >= values.min() * (1 - 1e-12)) & (smoothed <= values.max() * (1 + 1e-12))).all()


@pytest.mark.parametrize("method", [Method.EXPONENTIAL, Method.TIME_WEIGHTED, Method.MEAN, Method.GAUSSIAN])
@pytest.mark.parametrize("weight", [0.5, 0.95])
def test_methods_of_the_same_weight_take_as_much_out_of_noise(method, weight):
    smoothing = Smoothing(weight, method)
    noise = np.random.default_rng(0).normal(size=200_000)
    left = smooth(noise, smoothing, np.arange(200_000.0))[1000:-1000].var()
    assert left == pytest.approx((1 - weight) / (1 + weight), rel=0.1)
