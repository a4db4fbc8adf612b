import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf import descriptor_pb2

from writer.format import messages

PROTOS = Path(messages.__file__).parent / "protos"


def test_compiled_schema_is_that_of_the_proto_files(tmp_path):
    compiled = tmp_path / "schema.binpb"
    sources = sorted(path.name for path in PROTOS.glob("*.proto"))
    command = [
        sys.executable,
        "-m",
        "grpc_tools.protoc",
        "-I.",
        "--include_imports",
        f"--descriptor_set_out={compiled}",
    ]
    subprocess.run([*command, *sources], cwd=PROTOS, check=True)
    parse = descriptor_pb2.FileDescriptorSet.FromString
    assert parse(compiled.read_bytes()) == parse((PROTOS / "schema.binpb").read_bytes()), "run `make schema`"


@pytest.mark.parametrize("order", ["writer, tensorboard", "tensorboard, writer"])
def test_messages_live_beside_tensorboards_own_in_one_process(order):
    imports = {
        "writer": "from writer.format import messages",
        "tensorboard": "from tensorboard.compat.proto import event_pb2, graph_pb2, summary_pb2",
    }
    script = "\n".join(imports[name] for name in order.split(", ")) + (
        "\nours = messages.Event(wall_time=1.5, step=3)"
        "\nours.summary.value.add(tag='a', simple_value=0.5)"
        "\ntheirs = event_pb2.Event.FromString(ours.SerializeToString())"
        "\nassert theirs.summary.value[0].tag == 'a' and theirs.step == 3"
        "\nassert messages.Event.FromString(theirs.SerializeToString()) == ours"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


# The oldest that is supported, and one of each major version since; the newest is the one installed.
@pytest.mark.parametrize("version", ["4.25.0", "5.26.1", "6.30.0"])
def test_messages_load_on_every_supported_major_version_of_protobuf(version, tmp_path):
    assert int(importlib.metadata.version("protobuf").split(".")[0]) >= 6
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*install, "--target", tmp_path, f"protobuf=={version}"], check=True)
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import google.protobuf\n"
        f"assert google.protobuf.__version__ == {version!r}\n"
        "from writer.format.messages import AttrValue, Event, GraphDef, HParamsPluginData, NodeDef\n"
        "node = NodeDef(name='n', op='Const'); node.attr['T'].type = 1; node.attr['a'].s = b'x'\n"
        "data = GraphDef(node=[node]).SerializeToString(deterministic=True)\n"
        "assert data.hex() == '0a1d0a016e1205436f6e73742a070a0154120230012a080a01611203120178', data.hex()\n"
        "session = HParamsPluginData(); session.session_start_info.hparams['lr'].number_value = 0.5\n"
        "assert HParamsPluginData.FromString(session.SerializeToString()) == session\n"
        "event = Event.FromString(Event(wall_time=2.0, graph_def=data).SerializeToString())\n"
        "assert event.WhichOneof('what') == 'graph_def' and event.graph_def == data\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_hyperparameters_are_those_that_tensorboard_reads():
    from tensorboard.plugins.hparams import plugin_data_pb2

    ours = messages.HParamsPluginData()
    ours.experiment.name = "sweep"
    info = ours.experiment.hparam_infos.add(name="lr", type=3)
    info.domain_interval.max_value = 0.5
    ours.experiment.metric_infos.add(dataset_type=2).name.tag = "loss"
    theirs = plugin_data_pb2.HParamsPluginData.FromString(ours.SerializeToString())
    assert theirs.experiment.name == "sweep"
    assert theirs.experiment.hparam_infos[0].domain_interval.max_value == 0.5
    assert theirs.experiment.metric_infos[0].name.tag == "loss"
    theirs.session_end_info.status = messages.SessionEndStatus["STATUS_SUCCESS"]
    assert messages.HParamsPluginData.FromString(theirs.SerializeToString()).session_end_info.status == 1
