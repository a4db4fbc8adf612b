"""Graphs, and what running them cost."""

from __future__ import annotations

import sys
from os import PathLike
from typing import Any, Protocol, runtime_checkable

from writer import event
from writer.event_file import EventFileWriter
from writer.format.messages import TaggedRunMetadata
from writer.methods.base import Methods, as_bytes, told_of


@runtime_checkable
class ExportsGraphDef(Protocol):
    """A graph that can tell its GraphDef, such as `graphcore.Graph`."""

    def as_graph_def(self, *, add_shapes: bool) -> Any:
        """The GraphDef message; with ``add_shapes``, every node says its outputs' shapes."""


class GraphMethods(Methods):
    """Logs graphs and run metadata."""

    def __init__(self, file: EventFileWriter) -> None:
        super().__init__(file)
        self._run_metadata_tags: set[str] = set()

    def add_graph(
        self,
        model: Any = None,
        input_to_model: Any = None,
        verbose: Any = False,
        use_strict_trace: bool = True,
        *,
        graph: Any = None,
        global_step: Any = None,
        graph_def: Any = None,
        walltime: float | None = None,
    ) -> None:
        """Logs the graph of the run; readers show the last one.

        The positional arguments of TensorFlow 0.8, ``add_graph(graph, global_step, graph_def)``, are understood, too.

        Args:
            model, graph: a torch module (or `torch.export.ExportedProgram`), or an object with ``as_graph_def``, such
                as a `graphcore.Graph`, or a GraphDef message of any library's class.
            input_to_model: what a torch module is called with, as an example: a tensor, a tuple of the arguments,
                or a dict of them by name.
            verbose: print what torch made of the module.
            use_strict_trace: False lets torch's tracer record lists and dicts that the module changes or returns.
            graph_def: instead, a GraphDef message (of any library's class) or its bytes.

        Raises:
            ValueError: a graph and a GraphDef were given, or a torch module without an input.
            TypeError: neither was given, or not of these types.
            RuntimeError: torch can neither export nor trace the module.
        """
        graph = model if graph is None else graph
        if "torch" in sys.modules:
            from writer.graphs import torch_modules

            if torch_modules.is_torch_model(graph):
                graph = torch_modules.to_graph_def(
                    graph, input_to_model, verbose=bool(verbose), strict_trace=use_strict_trace
                )
                input_to_model, verbose = None, False
        if input_to_model is not None and global_step is None:
            global_step = input_to_model
        if not isinstance(verbose, bool) and graph_def is None:
            graph_def = verbose
        if graph is not None and graph_def is not None:
            raise ValueError("Please pass only graph, or graph_def (deprecated), but not both.")
        if isinstance(graph, ExportsGraphDef):
            graph_def = graph.as_graph_def(add_shapes=True)
        elif graph is not None and _is_graph_def(graph):
            graph_def = graph
        if graph_def is None:
            raise TypeError("The passed graph must be an instance of `Graph` or the deprecated `GraphDef`")
        if hasattr(graph_def, "SerializeToString"):
            serialized = graph_def.SerializeToString(deterministic=True)
        else:
            serialized = as_bytes("add_graph", "a GraphDef", graph_def)
        with told_of("add_graph"):
            self._log(event.GRAPH_DEF, serialized, global_step, walltime)

    def add_onnx_graph(
        self,
        prototxt: str | PathLike[str] | None = None,
        global_step: Any = None,
        walltime: float | None = None,
        *,
        onnx_model_file: str | PathLike[str] | None = None,
    ) -> None:
        """Logs the graph of an ONNX model. Weights are nodes without their content.

        Args:
            prototxt, onnx_model_file: the model's file.

        Raises:
            TypeError: no file is named.
            ImportError: the package onnx is not installed.
            OSError: the file cannot be read.
            ValueError: it is not an ONNX model.
        """
        from writer.graphs import onnx_models

        path = prototxt if prototxt is not None else onnx_model_file
        if path is None:
            raise TypeError("add_onnx_graph wants the path of an ONNX file")
        self.add_graph(onnx_models.load(path), global_step=global_step, walltime=walltime)

    def add_openvino_graph(
        self, xmlname: str | PathLike[str], global_step: Any = None, walltime: float | None = None
    ) -> None:
        """Logs the graph of an OpenVINO model, given by its .xml file.

        Raises:
            OSError: the file cannot be read.
            ValueError: it is not such a model.
        """
        from writer.graphs import openvino

        self.add_graph(openvino.load(xmlname), global_step=global_step, walltime=walltime)

    def add_run_metadata(
        self, run_metadata: Any, tag: str, global_step: Any = None, walltime: float | None = None
    ) -> None:
        """Logs a RunMetadata message: what a step cost, node by node.

        Raises:
            ValueError: the tag was used before; it names the step in the graph's list of them.
        """
        if tag in self._run_metadata_tags:
            raise ValueError("The provided tag was already used for this event type")
        payload = as_bytes("add_run_metadata", "a RunMetadata", run_metadata)
        message = TaggedRunMetadata(tag=tag, run_metadata=payload)
        with told_of(f"add_run_metadata: tag {tag!r}"):
            self._log(event.TAGGED_RUN_METADATA, message.SerializeToString(), global_step, walltime)
        self._run_metadata_tags.add(tag)


def _is_graph_def(value: Any) -> bool:
    descriptor = getattr(value, "DESCRIPTOR", None)
    return isinstance(value, bytes) or getattr(descriptor, "name", None) == "GraphDef"
