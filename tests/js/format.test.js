import assert from "node:assert/strict";
import { test } from "node:test";

import {
  counted,
  formatBytes,
  formatNanoseconds,
  formatCount,
  formatDuration,
  formatFixed,
  formatShort,
  formatStep,
  formatValue,
  formatWallTime,
} from "../../static/js/format.js";

test("values have five significant digits and no idle zeros", () => {
  assert.equal(formatValue(0.0052481135), "0.0052481");
  assert.equal(formatValue(1), "1");
  assert.equal(formatValue(0.5), "0.5");
  assert.equal(formatValue(-12.3456789), "−12.346");
  assert.equal(formatValue(0), "0");
});

test("very large and very small values have an exponent", () => {
  assert.equal(formatValue(49_900_000), "4.99e7");
  assert.equal(formatValue(6.90854e-12), "6.9085e−12");
  assert.equal(formatValue(1e-5), "1e−5");
});

test("thousands are grouped, decimals are not", () => {
  assert.equal(formatValue(1700), "1,700");
  assert.equal(formatValue(-1234.56), "−1,234.6");
  assert.equal(formatValue(123456.4), "123,456");
  assert.equal(formatValue(0.12345), "0.12345");
  assert.equal(formatFixed(1234567.5, 2), "1,234,567.50");
  assert.equal(formatValue(999999.7), "1,000,000");
});

test("values that are no numbers are named", () => {
  assert.equal(formatValue(NaN), "NaN");
  assert.equal(formatValue(Infinity), "∞");
  assert.equal(formatValue(-Infinity), "−∞");
});

test("steps and counts have separators, short numbers have units", () => {
  assert.equal(formatStep(1234567), "1,234,567");
  assert.equal(formatStep(-3), "−3");
  assert.equal(formatCount(9750), "9,750");
  assert.equal(formatCount(12_345_678), "12.35M");
  assert.equal(formatShort(12500), "12.5k");
  assert.equal(formatShort(0.25), "0.25");
});

test("durations use the two units that matter", () => {
  assert.equal(formatDuration(0), "0 s");
  assert.equal(formatDuration(0.25), "250 ms");
  assert.equal(formatDuration(12.34), "12.3 s");
  assert.equal(formatDuration(59.96), "1 min");
  assert.equal(formatDuration(200), "3 min 20 s");
  assert.equal(formatDuration(18720), "5 h 12 min");
  assert.equal(formatDuration(3599.6), "1 h");
  assert.equal(formatDuration(86400 * 2 + 3 * 3600 + 100), "2 d 3 h");
  assert.equal(formatDuration(-90), "−1 min 30 s");
});

test("wall times are local date and time", () => {
  const date = new Date(2026, 2, 5, 14, 7, 31);
  assert.equal(formatWallTime(date.getTime() / 1000), "2026-03-05 14:07:31");
  assert.equal(formatWallTime(NaN), "NaN");
});

test("what kernels take is told in the unit that suits", () => {
  assert.equal(formatNanoseconds(0), "0 ns");
  assert.equal(formatNanoseconds(107_439), "107 µs");
  assert.equal(formatNanoseconds(3_200_000), "3.2 ms");
  assert.equal(formatNanoseconds(4.2e12), "4,200 s");
});

test("sizes and counted nouns", () => {
  assert.equal(formatBytes(0), "0 B");
  assert.equal(formatBytes(14_200), "14.2 kB");
  assert.equal(formatBytes(999_900), "1 MB");
  assert.equal(formatBytes(3.1e9), "3.1 GB");
  assert.equal(formatBytes(2.5e15), "2,500 TB");
  assert.equal(counted(1, "run"), "1 run");
  assert.equal(counted(2000, "run"), "2,000 runs");
});
