/**
 * An op type in, the kind of shape that it is drawn as out. Names cover TensorFlow from 0.8 on, PyTorch's tracer and ONNX.
 *
 * @typedef {"scope" | "op" | "constant" | "variable" | "summary" | "noop" | "input"} Kind
 */

/** @type {readonly (readonly [RegExp, Kind])[]} */
const KINDS = [
  [/^(Const|HostConst|Constant|prim::Constant|onnx::Constant)$/, "constant"],
  [/^(Variable|VariableV2|VarHandleOp|TemporaryVariable|Parameter|prim::GetAttr)$/, "variable"],
  [/^[A-Za-z]+Summary(V2)?$|^Write[A-Za-z]+Summary$/, "summary"],
  [/^NoOp$/, "noop"],
  [/^(Placeholder\w*|_?Arg|_DeviceArg|_Retval|_DeviceRetval|input_arg|output_arg|IO Node)$/, "input"],
];

/** @param {string | null} op @returns {Kind} */
export function kindOf(op) {
  return KINDS.find(([pattern]) => pattern.test(op ?? ""))?.[1] ?? "op";
}
