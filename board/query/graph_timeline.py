"""What a step took in; the same as a trace that Perfetto and Chromium's tracing show, out.

Source of the format: "Trace Event Format", the Chromium project's description of its JSON traces.
"""

from __future__ import annotations

from typing import Any

from board.query.graph_costs import Costs, Execution


def trace(costs: Costs) -> dict[str, Any]:
    """JSON values: a process for each device, and as many threads as there were kernels at a time."""
    devices = sorted({execution.device for execution in costs.executions})
    events: list[dict[str, Any]] = [
        {"ph": "M", "name": "process_name", "pid": number, "args": {"name": device or "device"}}
        for number, device in enumerate(devices)
    ]
    for number, device in enumerate(devices):
        executions = [execution for execution in costs.executions if execution.device == device]
        for execution, lane in zip(executions, lanes(executions)):
            events.append(
                {
                    "ph": "X",
                    "name": execution.name,
                    "cat": "op",
                    "pid": number,
                    "tid": lane,
                    "ts": execution.start / 1000,
                    "dur": (execution.end - execution.start) / 1000,
                    "args": {"bytes": execution.bytes, "outputs": list(execution.outputs)},
                }
            )
    return {"displayTimeUnit": "ns", "traceEvents": events}


def lanes(executions: list[Execution]) -> list[int]:
    """A row for each of the executions, which come in the order of their starts, so that none overlap in a row."""
    ends: list[int] = []
    rows = []
    for execution in executions:
        row = next((number for number, end in enumerate(ends) if end <= execution.start), len(ends))
        if row == len(ends):
            ends.append(0)
        ends[row] = execution.end
        rows.append(row)
    return rows
