"""Names and numbers that say what a summary is: plugin names, data classes, reserved tags."""

from __future__ import annotations

from writer.format.messages import DataClass

FILE_VERSION = "brain.Event:2"

SCALARS = "scalars"
HISTOGRAMS = "histograms"
IMAGES = "images"
AUDIO = "audio"
TEXT = "text"
PR_CURVES = "pr_curves"
HPARAMS = "hparams"
CUSTOM_SCALARS = "custom_scalars"
MESH = "mesh"
# Arrays that no dashboard is for. The name is that of torch's add_tensor.
TENSORS = "tensor"
# Interactive figures, as the JSON of plotly. Ours: TensorBoard does not know it, and leaves it alone.
PLOTLY = "plotly"
GRAPHS = "graphs"
# The content of the plugin data says what a trace holds: operations and their times, operations alone,
# or a Keras model as JSON.
GRAPH_RUN_METADATA = "graph_run_metadata"
GRAPH_RUN_METADATA_GRAPH = "graph_run_metadata_graph"
GRAPH_KERAS_MODEL = "graph_keras_model"
# Not a name on disk: what Event.tagged_run_metadata becomes when it is read.
GRAPH_TAGGED_RUN_METADATA = "graph_tagged_run_metadata"

# The tag under which Event.graph_def is kept.
RUN_GRAPH_TAG = "__run_graph__"

# The tags of what is known of hyperparameters: what is compared, how a session began, how it ended.
HPARAMS_EXPERIMENT_TAG = "_hparams_/experiment"
HPARAMS_SESSION_START_TAG = "_hparams_/session_start_info"
HPARAMS_SESSION_END_TAG = "_hparams_/session_end_info"

# The one tag that the layout of the custom-scalars dashboard is read from.
CUSTOM_SCALARS_TAG = "custom_scalars__config__"

# Writers before data classes existed left theirs out; the plugin tells it.
DATA_CLASS = {
    SCALARS: DataClass["DATA_CLASS_SCALAR"],
    HISTOGRAMS: DataClass["DATA_CLASS_TENSOR"],
    TEXT: DataClass["DATA_CLASS_TENSOR"],
    HPARAMS: DataClass["DATA_CLASS_TENSOR"],
    PR_CURVES: DataClass["DATA_CLASS_TENSOR"],
    MESH: DataClass["DATA_CLASS_TENSOR"],
    TENSORS: DataClass["DATA_CLASS_TENSOR"],
    PLOTLY: DataClass["DATA_CLASS_TENSOR"],
    CUSTOM_SCALARS: DataClass["DATA_CLASS_TENSOR"],
    IMAGES: DataClass["DATA_CLASS_BLOB_SEQUENCE"],
    AUDIO: DataClass["DATA_CLASS_BLOB_SEQUENCE"],
    GRAPHS: DataClass["DATA_CLASS_BLOB_SEQUENCE"],
    GRAPH_RUN_METADATA: DataClass["DATA_CLASS_BLOB_SEQUENCE"],
    GRAPH_RUN_METADATA_GRAPH: DataClass["DATA_CLASS_BLOB_SEQUENCE"],
    GRAPH_KERAS_MODEL: DataClass["DATA_CLASS_BLOB_SEQUENCE"],
    GRAPH_TAGGED_RUN_METADATA: DataClass["DATA_CLASS_BLOB_SEQUENCE"],
}
