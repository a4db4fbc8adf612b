/** The status of a log without anything to show in; what was looked for, what was found, and how to begin out. */
import { useState } from "preact/hooks";

import { counted, formatBytes, formatCount } from "../format.js";
import { html } from "../html.js";
import { CheckIcon, CopyIcon } from "./icons.js";

/** @param {{ status: import("../api.js").Status, catalog: import("../api.js").Catalog }} props */
export function EmptyPage({ status, catalog }) {
  const { logdir, logdir_exists: exists, files, bytes_known: bytes, damage, unreadable } = status;
  const problems = damage.count + unreadable.length;
  if (status.loading) return html`<${LoadingPage} status=${status} />`;
  return html`
    <main class="empty">
      <div class="empty-box">
        <h1>Nothing to show yet</h1>
        <dl class="empty-facts">
          <dt>Directory</dt>
          <dd><code>${logdir}</code></dd>
          <dt>Found</dt>
          <dd>${found(exists, files, bytes)}</dd>
          ${
            problems > 0 &&
            html`
            <dt>Problems</dt>
            <dd>${counted(problems, "place")} could not be read: see the badge above</dd>
          `
          }
          ${catalog.other.length > 0 && html`<dt>Without a page</dt><dd>${otherKinds(catalog.other)}</dd>`}
        </dl>
        <p>This page looks again every second and shows charts as soon as something is logged, for example by this:</p>
        <${Snippet} logdir=${logdir} />
        <p class="empty-hint">
          Logs written by PyTorch, TensorFlow, tensorboardX and JAX are read as well. Was it another directory?${" "}
          <code>board --logdir=DIR</code>
        </p>
      </div>
    </main>
  `;
}

/**
 * Before the first scalar or graph has been read: nothing is known yet about what the log holds.
 *
 * @param {{ status: import("../api.js").Status }} props
 */
function LoadingPage({ status: { logdir, files, bytes_read: read, bytes_known: known } }) {
  return html`
    <main class="empty" aria-busy="true">
      <div class="empty-box">
        <h1>Reading the log…</h1>
        <dl class="empty-facts">
          <dt>Directory</dt>
          <dd><code>${logdir}</code></dd>
          <dt>Read</dt>
          <dd>${formatBytes(read)} of ${formatBytes(known)} in ${counted(files, "event file")}</dd>
        </dl>
      </div>
    </main>
  `;
}

/** @param {boolean} exists @param {number} files @param {number} bytes */
function found(exists, files, bytes) {
  if (!exists) return "it does not exist yet";
  if (files === 0) return "no event files (their names contain “tfevents”), here or in directories below";
  return `${counted(files, "event file")} with ${formatBytes(bytes)}, but no scalars and no graphs in them so far`;
}

/** @param {{ plugin: string, series: number }[]} other */
export function otherKinds(other) {
  return other.map(({ plugin, series }) => `${plugin.replaceAll("_", " ")} (${formatCount(series)})`).join(", ");
}

/** @param {{ logdir: string }} props */
function Snippet({ logdir }) {
  const [copied, setCopied] = useState(false);
  const separator = logdir.includes("\\") ? "\\" : "/";
  const code = [
    "import writer",
    `with writer.SummaryWriter(${JSON.stringify(`${logdir}${separator}first_run`)}) as log:`,
    "    for step in range(100):",
    '        log.add_scalar("loss", 1 / (1 + step), step)',
  ].join("\n");
  const copy = async () => {
    // Pages from other hosts than localhost have no clipboard without TLS; the text can still be selected.
    await navigator.clipboard?.writeText(code);
    setCopied(navigator.clipboard !== undefined);
    setTimeout(() => setCopied(false), 2000);
  };
  return html`
    <div class="snippet">
      <pre><code>${code}</code></pre>
      <button class="button" onClick=${copy}><${copied ? CheckIcon : CopyIcon} /> ${copied ? "Copied" : "Copy"}</button>
    </div>
  `;
}
