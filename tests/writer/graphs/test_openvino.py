import pytest

from writer import SummaryWriter
from writer.format.messages import GraphDef
from writer.graphs import openvino

MODEL = """<net name="m" version="11"><layers>
<layer id="0" name="x" type="Parameter"><data shape="1,3" element_type="f32"/>
  <output><port id="0" precision="FP32"><dim>1</dim><dim>3</dim></port></output></layer>
<layer id="1" name="block/split" type="Split"><data num_splits="2"/><input><port id="0"/></input>
  <output><port id="1" precision="FP32"><dim>1</dim><dim>-1</dim></port>
  <port id="2"><dim>1</dim></port></output></layer>
<layer id="2" name="block/relu" type="ReLU"><input><port id="0"/></input>
  <output><port id="1"><dim>1</dim></port></output></layer>
</layers><edges><edge from-layer="0" from-port="0" to-layer="1" to-port="0"/>
<edge from-layer="1" from-port="2" to-layer="2" to-port="0"/></edges></net>"""


def test_layers_ports_and_shapes_become_nodes(tmp_path, read_events):
    (tmp_path / "model.xml").write_text(MODEL)
    with SummaryWriter(tmp_path / "run") as log:
        log.add_openvino_graph(tmp_path / "model.xml")
    graph = GraphDef.FromString(read_events(tmp_path / "run")[1].graph_def)
    assert [(node.name, node.op, list(node.input)) for node in graph.node] == [
        ("x", "Parameter", []),
        ("block/split", "Split", ["x"]),
        ("block/relu", "ReLU", ["block/split:1"]),
    ]
    assert [dim.size for dim in graph.node[1].attr["_output_shapes"].list.shape[0].dim] == [1, -1]


@pytest.mark.parametrize("text", ["", "<net/>", "no xml", "<net><layers><layer/></layers></net>"])
def test_another_file_is_refused_by_name(tmp_path, text):
    (tmp_path / "model.xml").write_text(text)
    with pytest.raises(ValueError, match=r"model\.xml is not an OpenVINO model"):
        openvino.load(tmp_path / "model.xml")
