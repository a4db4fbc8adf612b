"""The protocol buffer messages of the format, as Python classes.

They come from a compiled descriptor set (``protos/schema.binpb``) loaded into a pool of our own. Generated
``_pb2`` modules would be tied to one major version of protobuf, and in the default pool they would clash
with the messages of the same files that TensorFlow and TensorBoard register there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_SCHEMA = Path(__file__).parent / "protos" / "schema.binpb"
_PACKAGE = "graphboard"


def _load_pool() -> descriptor_pool.DescriptorPool:
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(_SCHEMA.read_bytes()).file:
        pool.AddSerializedFile(file.SerializeToString())
    return pool


_POOL = _load_pool()


def _message(name: str) -> Any:
    return message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"{_PACKAGE}.{name}"))


def _enum(name: str) -> dict[str, int]:
    values = _POOL.FindEnumTypeByName(f"{_PACKAGE}.{name}").values_by_name
    return {name: value.number for name, value in values.items()}


Event = _message("Event")
SourceMetadata = _message("SourceMetadata")
LogMessage = _message("LogMessage")
SessionLog = _message("SessionLog")
TaggedRunMetadata = _message("TaggedRunMetadata")

Summary = _message("Summary")
SummaryMetadata = _message("SummaryMetadata")
HistogramProto = _message("HistogramProto")

TensorProto = _message("TensorProto")
TensorShapeProto = _message("TensorShapeProto")

GraphDef = _message("GraphDef")
NodeDef = _message("NodeDef")
AttrValue = _message("AttrValue")
NameAttrList = _message("NameAttrList")
OpDef = _message("OpDef")
FunctionDef = _message("FunctionDef")
VersionDef = _message("VersionDef")
OpList = _message("OpList")
MetaGraphDef = _message("MetaGraphDef")
CollectionDef = _message("CollectionDef")
VariableDef = _message("VariableDef")
SaveSliceInfoDef = _message("SaveSliceInfoDef")
SaverDef = _message("SaverDef")
QueueRunnerDef = _message("QueueRunnerDef")

CheckpointState = _message("CheckpointState")
TensorSliceProto = _message("TensorSliceProto")
SavedSliceMeta = _message("SavedSliceMeta")
SavedSlice = _message("SavedSlice")
SavedTensorSlices = _message("SavedTensorSlices")
BundleHeaderProto = _message("BundleHeaderProto")
BundleEntryProto = _message("BundleEntryProto")

BytesList = _message("BytesList")
FloatList = _message("FloatList")
Int64List = _message("Int64List")
Feature = _message("Feature")
Features = _message("Features")
FeatureList = _message("FeatureList")
FeatureLists = _message("FeatureLists")
Example = _message("Example")
SequenceExample = _message("SequenceExample")

RunMetadata = _message("RunMetadata")
StepStats = _message("StepStats")
NodeExecStats = _message("NodeExecStats")

AudioPluginData = _message("AudioPluginData")
HParamsPluginData = _message("HParamsPluginData")
MeshPluginData = _message("MeshPluginData")
PrCurvePluginData = _message("PrCurvePluginData")
Layout = _message("Layout")
ProjectorConfig = _message("ProjectorConfig")

DataType: dict[str, int] = _enum("DataType")
DataClass: dict[str, int] = _enum("DataClass")
HParamType: dict[str, int] = _enum("HParamType")
SessionEndStatus: dict[str, int] = _enum("SessionEndStatus")
