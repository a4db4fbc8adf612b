/**
 * Which rows are looked at in, the rows that have come out. Rows are fetched in pages, when they come into sight; what is on
 * screen stays until something better has come.
 *
 * @typedef {import("./api.js").Question} Question
 * @typedef {import("./api.js").Table} Table
 */

export const PAGE = 100;

/** @typedef {{ rows: import("./api.js").Row[], stale: boolean }} PageOfRows */

export class TablePages {
  /**
   * @param {(question: Question, columns: readonly string[], offset: number, limit: number, signal: AbortSignal)
   *   => Promise<Table>} fetch
   * @param {() => void} onData    something has come, or could not be had
   */
  constructor(fetch, onData) {
    this.fetch = fetch;
    this.onData = onData;
    /** @type {Map<number, PageOfRows>} */
    this.pages = new Map();
    /** @type {Table | null} the answer that came last; its columns are those of the rows */
    this.last = null;
    /** @type {string | null} */
    this.error = null;
    /** @type {{ question: Question, columns: readonly string[], key: string } | null} */
    this.wanted = null;
    this.first = 0;
    this.count = 0;
    /** @type {Map<number, AbortController>} */
    this.fetching = new Map();
  }

  /** @param {number} index    of a row */
  row(index) {
    return this.pages.get(Math.floor(index / PAGE))?.rows[index % PAGE];
  }

  /** @param {Question} question @param {readonly string[]} columns */
  ask(question, columns) {
    const key = JSON.stringify([question, columns]);
    if (this.wanted?.key === key) return;
    this.wanted = { question, columns, key };
    this.refresh();
  }

  /** All may have changed; what is in sight is asked for anew. */
  refresh() {
    for (const controller of this.fetching.values()) controller.abort();
    this.fetching.clear();
    for (const page of this.pages.values()) page.stale = true;
    this.work();
  }

  /** @param {number} first @param {number} count    rows in sight */
  look(first, count) {
    this.first = first;
    this.count = count;
    this.work();
  }

  close() {
    for (const controller of this.fetching.values()) controller.abort();
    this.wanted = null;
  }

  work() {
    if (!this.wanted) return;
    const begin = Math.floor(Math.max(0, this.first) / PAGE);
    const end = Math.floor(Math.max(0, this.first + this.count - 1) / PAGE);
    for (let number = begin; number <= end; number++) {
      const page = this.pages.get(number);
      if ((page && !page.stale) || this.fetching.has(number)) continue;
      this.load(number, this.wanted);
    }
  }

  /** @param {number} number @param {NonNullable<TablePages["wanted"]>} wanted */
  async load(number, wanted) {
    const controller = new AbortController();
    this.fetching.set(number, controller);
    try {
      const table = await this.fetch(wanted.question, wanted.columns, number * PAGE, PAGE, controller.signal);
      if (controller.signal.aborted) return;
      this.accept(number, table);
    } catch (error) {
      if (controller.signal.aborted) return;
      this.error = error instanceof Error ? error.message : String(error);
      this.settle(number);
    }
    this.fetching.delete(number);
    this.onData();
  }

  /** What could not be had is not asked for again before something changes. @param {number} number */
  settle(number) {
    this.pages.set(number, { rows: this.pages.get(number)?.rows ?? [], stale: false });
  }

  /** @param {number} number @param {Table} table */
  accept(number, table) {
    this.error = null;
    if (table.problem !== null) {
      // A filter that is being typed leaves the rows of the last good one in sight.
      this.last = this.last ? { ...this.last, problem: table.problem } : table;
      this.settle(number);
      return;
    }
    // Rows with other columns do not belong into one table.
    if (!this.last || !sameColumns(this.last, table)) this.pages.clear();
    this.pages.set(number, { rows: table.rows, stale: false });
    this.last = table;
    const beyond = Math.ceil(table.matched / PAGE);
    for (const other of [...this.pages.keys()]) if (other >= beyond) this.pages.delete(other);
  }
}

/** @param {Table} one @param {Table} other */
function sameColumns(one, other) {
  return one.columns.map(({ id }) => id).join("\n") === other.columns.map(({ id }) => id).join("\n");
}
