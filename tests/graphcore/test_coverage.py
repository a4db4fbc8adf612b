"""What of TensorFlow 0.8 there is: every op and function is here, or in a list with the reason; and what they take."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

import graphcore as tf
from graphcore.op_type import OP_TYPES

# What programs use, by how soon they do: without the first nothing runs, the second comes in the first week, the third
# in the tutorials beyond MNIST.
TIERS = {
    "A": """
        constant placeholder Variable assign assign_add assign_sub identity no_op group add sub mul div truediv floordiv
        mod neg pow square sqrt rsqrt inv exp log abs sign floor ceil round maximum minimum add_n matmul reduce_sum
        reduce_mean reduce_prod reduce_max reduce_min reduce_all reduce_any cast shape size rank reshape fill zeros ones
        zeros_like ones_like range equal not_equal less less_equal greater greater_equal logical_and logical_or
        logical_not logical_xor select argmax argmin stop_gradient random_uniform random_normal truncated_normal
        set_random_seed gradients sigmoid tanh nn.relu nn.softmax nn.softmax_cross_entropy_with_logits
        train.GradientDescentOptimizer scalar_summary merge_summary merge_all_summaries initialize_all_variables
        initialize_variables""",
    "B": """
        concat split pack unpack slice squeeze expand_dims transpose tile pad gather one_hot placeholder_with_default
        nn.bias_add nn.conv2d nn.max_pool nn.avg_pool nn.dropout nn.l2_loss nn.sparse_softmax_cross_entropy_with_logits
        nn.sigmoid_cross_entropy_with_logits nn.in_top_k nn.top_k nn.relu6 nn.elu nn.softplus nn.softsign nn.log_softmax
        sin cos erf erfc lgamma digamma squared_difference train.MomentumOptimizer train.AdamOptimizer
        train.AdagradOptimizer train.RMSPropOptimizer train.AdadeltaOptimizer train.FtrlOptimizer scatter_update
        scatter_add scatter_sub nn.embedding_lookup clip_by_value clip_by_norm clip_by_global_norm clip_by_average_norm
        global_norm train.exponential_decay histogram_summary image_summary get_variable variable_scope
        control_dependencies tuple cond while_loop Print Assert check_numerics train.Saver
        train.ExponentialMovingAverage is_nan is_inf is_finite linspace diag diag_part batch_matmul trace where
        boolean_mask unique nn.l2_normalize nn.moments nn.batch_normalization nn.zero_fraction""",
    "C": """
        nn.nce_loss nn.sampled_softmax_loss nn.uniform_candidate_sampler nn.log_uniform_candidate_sampler
        nn.learned_unigram_candidate_sampler nn.fixed_unigram_candidate_sampler nn.all_candidate_sampler
        nn.rnn_cell.BasicRNNCell nn.rnn_cell.BasicLSTMCell nn.rnn_cell.LSTMCell nn.rnn_cell.GRUCell
        nn.rnn_cell.MultiRNNCell nn.rnn_cell.DropoutWrapper nn.rnn_cell.EmbeddingWrapper
        nn.rnn_cell.InputProjectionWrapper nn.rnn_cell.OutputProjectionWrapper nn.rnn nn.dynamic_rnn
        nn.bidirectional_rnn nn.state_saving_rnn nn.seq2seq.sequence_loss nn.seq2seq.sequence_loss_by_example
        nn.seq2seq.basic_rnn_seq2seq nn.seq2seq.tied_rnn_seq2seq nn.seq2seq.embedding_rnn_seq2seq
        nn.seq2seq.embedding_tied_rnn_seq2seq nn.seq2seq.embedding_attention_seq2seq nn.seq2seq.model_with_buckets
        nn.seq2seq.rnn_decoder nn.seq2seq.attention_decoder nn.depthwise_conv2d nn.separable_conv2d nn.conv2d_transpose
        nn.lrn segment_sum segment_mean segment_prod segment_min segment_max unsorted_segment_sum sparse_segment_sum
        sparse_segment_mean sparse_segment_sqrt_n dynamic_partition dynamic_stitch reverse reverse_sequence
        space_to_depth depth_to_space complex real imag conj complex_abs fft fft2d fft3d ifft ifft2d ifft3d batch_fft
        map_fn scan foldl foldr case py_func image.flip_left_right image.flip_up_down image.crop_to_bounding_box
        image.pad_to_bounding_box image.resize_image_with_crop_or_pad image.resize_images image.adjust_brightness
        image.adjust_contrast image.adjust_hue image.adjust_saturation image.per_image_whitening image.rgb_to_grayscale
        image.convert_image_dtype image.random_brightness image.random_flip_left_right matrix_inverse
        matrix_determinant matrix_solve matrix_triangular_solve matrix_solve_ls cholesky self_adjoint_eig gather_nd
        invert_permutation listdiff accumulate_n create_partitioned_variables make_template""",
}

_REFUSED = "TensorFlow 0.8 itself refuses it in new graphs; the function of that name is made of other ops"
_INPUT = "messages parsed inside of a graph, and places in files kept; programs do that before `feed_dict`"
_SPARSE = "sparse tensors beyond products, embeddings and filling up"
_FILES = "encoded pictures; Pillow and `feed_dict` do that"
_DISTRIBUTED = "several processes"
ABSENT_OPS = {
    _REFUSED: """AdjustContrast BatchNormWithGlobalNormalization BatchNormWithGlobalNormalizationGrad RandomCrop
        TileGrad TopK""",
    "the form that BiasAdd had before": "BiasAddV1",
    _INPUT: """DecodeJSONExample ParseExample ParseSingleSequenceExample ReaderRestoreState ReaderSerializeState
        ReduceJoin""",
    _SPARSE: """DeserializeManySparse EditDistance SerializeManySparse SerializeSparse SparseAdd SparseAddGrad
        SparseConcat SparseMatMul SparseReorder SparseSplit CTCBeamSearchDecoder
        CTCGreedyDecoder CTCLoss""",
    _FILES: "DecodeJpeg DecodePng EncodeJpeg EncodePng",
    "finding things in pictures": "DrawBoundingBoxes ExtractGlimpse SampleDistortedBoundingBox",
    "tables of strings": "HashTable InitializeTable LookupTableFind LookupTableSize",
    "values kept in a session under a handle; `feed_dict` does that": """DeleteSessionTensor GetSessionHandle
        GetSessionTensor""",
    "inside of TensorFlow's own functions, and nowhere else": """Abort DestroyTemporaryVariable Fact ImmutableConst
        NegTrain RefExit RefIdentity RefMerge RefNextIteration RefSelect Skipgram SymbolicGradient TemporaryVariable""",
}
ABSENT_NAMES = {
    _INPUT: """FixedLenFeature FixedLenSequenceFeature VarLenFeature decode_json_example parse_example
        parse_single_example parse_single_sequence_example reduce_join""",
    _SPARSE: """deserialize_many_sparse edit_distance serialize_many_sparse
        serialize_sparse sparse_add sparse_concat sparse_fill_empty_rows sparse_matmul sparse_merge
        sparse_reorder sparse_split sparse_to_indicator""",
    "values kept in a session under a handle": "delete_session_tensor get_session_handle get_session_tensor",
    "tables of strings": "initialize_all_tables",
    _DISTRIBUTED: """train.ClusterSpec train.Server train.SessionManager train.Supervisor
        train.replica_device_setter""",
    "code in C++": "load_file_system_library load_op_library user_ops sysconfig resource_loader",
    "modules of TensorFlow that were public by accident": "bytes nn.nn_ops train.gradients",
    "messages that no function takes": "LogMessage NameAttrList",
    "experiments that have no interface to keep": "contrib",
    "it is not TensorFlow, whatever its number": "__version__",
}
OTHER_PARAMETERS = {
    "ReaderBase": "no reader writes its place into a tensor",
    "Operation": "operations come from op types, not from messages",
    "Variable": "a message comes through `Variable.from_proto`; the type behind the name",
    "as_dtype": "called by position",
    "where": "takes the two branches of 1.x as well",
    "train.Saver": "there is one way to build its operations",
    "train.SummaryWriter": "its name for the directory is that of the writer it is",
}


def listed(table: dict[str, str]) -> set[str]:
    return {name for names in table.values() for name in names.split()}


def found(name: str) -> Any:
    """What ``tf.name`` is. AttributeError if it is not."""
    value: Any = tf
    for part in name.split("."):
        value = getattr(value, part)
    return value


def is_there(name: str) -> bool:
    try:
        found(name)
    except AttributeError:
        return False
    return True


@pytest.fixture(scope="module")
def signatures(data) -> dict[str, str | None]:
    """The public names of 0.8 and what they take, None for those that take nothing."""
    lines = (data / "signatures_0.8.txt").read_text().splitlines()
    matches = [re.fullmatch(r"tf\.([\w.]+)\??(?:\((.*)\))?", line) for line in lines]
    return {match[1]: match[2] for match in matches if match}


@pytest.mark.parametrize("tier", TIERS)
def test_what_programs_use_is_there(tier):
    assert [name for name in TIERS[tier].split() if not is_there(name)] == []


def test_ops_that_are_missing_are_listed_with_the_reason(data):
    lines = (data / "ops_0.8.txt").read_text().splitlines()
    ops = {line.partition("(")[0] for line in lines if not line.startswith("#")}
    assert ops - set(OP_TYPES) <= listed(ABSENT_OPS)
    assert listed(ABSENT_OPS) <= ops


def test_names_that_are_missing_are_listed_with_the_reason(signatures):
    assert {name for name in signatures if not is_there(name)} <= listed(ABSENT_NAMES)
    assert listed(ABSENT_NAMES) <= set(signatures)


def test_functions_take_their_arguments_in_the_order_of_tensorflow(signatures):
    for name, given in signatures.items():
        if given is None or not is_there(name) or name in OTHER_PARAMETERS:
            continue
        wanted = [re.split("=", argument)[0].strip() for argument in re.split(r",\s*(?![^()]*\))", given) if argument]
        wanted = [argument for argument in wanted if not argument.startswith("*")]
        kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        parameters = inspect.signature(found(name)).parameters.values()
        assert [p.name for p in parameters if p.kind in kinds][: len(wanted)] == wanted, name


def test_both_spellings_mean_the_same():
    renamed = """
        multiply mul; subtract sub; negative neg; reciprocal inv; stack pack; unstack unpack; setdiff1d listdiff;
        lin_space linspace; matrix_inverse batch_matrix_inverse; matrix_diag batch_matrix_diag;
        global_variables all_variables; global_variables_initializer initialize_all_variables;
        variables_initializer initialize_variables; local_variables_initializer initialize_local_variables;
        image.per_image_standardization image.per_image_whitening"""
    for pair in renamed.split(";"):
        new, old = pair.split()
        assert found(new) is found(old)
