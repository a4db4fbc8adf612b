import assert from "node:assert/strict";
import { test } from "node:test";

import { paced } from "../../static/js/components/pace.js";

test("what is asked for often is done at once, and then at a pace that follows from what it costs", () => {
  let time = 0;
  let rounds = 0;
  /** @type {{ run: () => void, at: number }[]} */
  const waiting = [];
  const ask = paced(
    () => {
      rounds++;
      time += 10;
    },
    () => time,
    (run, delay) => waiting.push({ run, at: time + delay }),
  );
  const pass = (/** @type {number} */ until) => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      if (next.at > until) {
        waiting.unshift(next);
        break;
      }
      time = Math.max(time, next.at);
      next.run();
    }
    time = Math.max(time, until);
  };
  ask();
  ask();
  ask();
  assert.equal(rounds, 1);
  pass(39);
  assert.equal(rounds, 1);
  pass(40);
  assert.equal(rounds, 2);
  pass(200);
  assert.equal(rounds, 2);
  ask();
  assert.equal(rounds, 3);
});
