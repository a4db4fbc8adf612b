/** A figure in, a picture for LaTeX out: pgfplots draws it with the fonts of the paper. */
import { SOLID } from "../charts/dashes.js";
import { isJoined } from "../charts/marks.js";
import { pointsInView } from "./figure.js";

/** @param {import("./figure.js").Figure} figure */
export function latexOf({ state, title, xLabel, yLabel, nameOf }) {
  const colors = state.lines.map(({ color }, index) => `\\definecolor{line${index}}{HTML}{${hexOf(color)}}`);
  const options = [
    `title={${escaped(title)}}`,
    `xlabel={${escaped(state.axis === "wall" ? "Seconds since 1970" : xLabel)}}`,
    `ylabel={${escaped(yLabel)}}`,
    `xmin=${state.x[0]}, xmax=${state.x[1]}`,
    `ymin=${state.y[0]}, ymax=${state.y[1]}`,
    ...(state.xScale.kind === "log" ? ["xmode=log"] : []),
    ...yOptions(state.yScale),
    "width=\\linewidth",
    "height=0.6\\linewidth",
    "grid=major",
    "legend style={font=\\scriptsize, at={(0.5,-0.2)}, anchor=north, legend columns=2, draw=none}",
    "unbounded coords=jump",
  ];
  const plots = state.lines.flatMap(({ series, dash = SOLID }, index) => [
    `\\addplot[line${index}, thick, ${dash.tex}] coordinates {`,
    ...pointsInView(series, state.x, isJoined(state.axis)).map((point) =>
      point === null ? "" : `(${point.x},${Number.isFinite(point.y) ? point.y : "nan"})`,
    ),
    "};",
    `\\addlegendentry{${escaped(nameOf(series))}}`,
  ]);
  return [
    "% Needs \\usepackage{pgfplots} \\pgfplotsset{compat=1.18}",
    ...colors,
    "\\begin{tikzpicture}",
    `\\begin{axis}[\n  ${options.join(",\n  ")}\n]`,
    ...plots,
    "\\end{axis}",
    "\\end{tikzpicture}",
    "",
  ].join("\n");
}

/** pgfplots has no symlog axis: it is told the function and its inverse. @param {import("../charts/scale.js").Scale} scale */
function yOptions(scale) {
  if (scale.kind === "log") return ["ymode=log"];
  if (scale.kind === "linear") return [];
  const { near } = scale;
  return [
    `y coord trafo/.code={\\pgfmathparse{sign(#1)*log10(1+abs(#1)/${near})}}`,
    `y coord inv trafo/.code={\\pgfmathparse{sign(#1)*${near}*(10^abs(#1)-1)}}`,
  ];
}

/** "#0b75cd" as LaTeX wants it. @param {string} color */
function hexOf(color) {
  return /^#[0-9a-f]{6}$/i.test(color) ? color.slice(1).toUpperCase() : "777777";
}

/** @param {string} text */
export function escaped(text) {
  const commands = { "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}" };
  return text.replace(/[\\~^]|[#$%&_{}]/g, (mark) => commands[/** @type {"~"} */ (mark)] ?? `\\${mark}`);
}
