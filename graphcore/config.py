"""What sessions and runs can be told, as TensorFlow's ConfigProto and RunOptions; which of it has an effect.

Programs for TensorFlow set many of these for the sake of devices that are not there. They are taken, and a name that
TensorFlow does not have is refused, as there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(slots=True)
class GPUOptions:
    """How TensorFlow uses a GPU. Nothing of it has an effect: everything runs on the CPU."""

    per_process_gpu_memory_fraction: float = 0.0
    allocator_type: str = ""
    deferred_deletion_bytes: int = 0
    allow_growth: bool = False
    visible_device_list: str = ""


@dataclass(slots=True)
class OptimizerOptions:
    """How TensorFlow rewrites graphs. Nothing of it has an effect: a run's plan is made in one way."""

    L1: ClassVar[int] = 0
    L0: ClassVar[int] = -1

    do_common_subexpression_elimination: bool = False
    do_constant_folding: bool = False
    do_function_inlining: bool = False
    opt_level: int = 0


@dataclass(slots=True)
class GraphOptions:
    """What TensorFlow does to a graph before it runs. Nothing of it has an effect."""

    enable_recv_scheduling: bool = False
    optimizer_options: OptimizerOptions = field(default_factory=OptimizerOptions)
    build_cost_model: int = 0
    infer_shapes: bool = False


@dataclass(slots=True)
class ConfigProto:
    """What a session can be told.

    Attributes:
        operation_timeout_in_ms: how long a run may wait in operations that wait, such as taking from an empty
            queue; 0 for ever. The only one that has an effect.
    """

    device_count: dict[str, int] = field(default_factory=dict)
    intra_op_parallelism_threads: int = 0
    inter_op_parallelism_threads: int = 0
    use_per_session_threads: bool = False
    placement_period: int = 0
    device_filters: list[str] = field(default_factory=list)
    gpu_options: GPUOptions = field(default_factory=GPUOptions)
    allow_soft_placement: bool = False
    log_device_placement: bool = False
    graph_options: GraphOptions = field(default_factory=GraphOptions)
    operation_timeout_in_ms: int = 0


@dataclass(slots=True)
class RunOptions:
    """What one run can be told.

    Attributes:
        trace_level: `NO_TRACE`, or any other to measure each operation; the figures go into ``run_metadata``.
        timeout_in_ms: how long the run may take; 0 for ever. Looked at before each operation and while one waits, so
            an operation that computes is not interrupted.
        output_partition_graphs: puts the part of the graph that ran into ``run_metadata``, too.
        inter_op_thread_pool: has no effect.
    """

    NO_TRACE: ClassVar[int] = 0
    SOFTWARE_TRACE: ClassVar[int] = 1
    HARDWARE_TRACE: ClassVar[int] = 2
    FULL_TRACE: ClassVar[int] = 3

    trace_level: int = 0
    timeout_in_ms: int = 0
    inter_op_thread_pool: int = 0
    output_partition_graphs: bool = False


def checked_config(config: Any) -> ConfigProto:
    """``config``, or the defaults for None. A ConfigProto of TensorFlow's own will do.

    Raises:
        TypeError: it is something else.
    """
    if config is None:
        return ConfigProto()
    if not hasattr(config, "operation_timeout_in_ms"):
        raise TypeError(f"config must be a tf.ConfigProto, but got {type(config)}")
    return config
