# make demo    train the neuron of "Hello, TensorFlow!" and show it in the browser
# make test    everything that has to hold, on a machine that has Python 3.10 or newer and make
# make format  let ruff tidy the Python sources
# make peers   environments with TensorFlow and TensorBoard, and with PyTorch and tensorboardX, for benchmarks/
# make conformance    after make peers: the writer against PyTorch, tensorboardX, onnx and trainers themselves, graphcore
#                     against TensorFlow; what cannot be compared is listed with the reasons
# make matrix    the writer's tests on the oldest and the newest versions of what it runs on

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 6006

.PHONY: demo test format peers conformance matrix schema vendor clean

$(VENV)/pyvenv.cfg:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(VENV)/pyvenv.cfg pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/installed-test: $(VENV)/pyvenv.cfg pyproject.toml package.json
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	./.ci/install-test-tools
	npm ci --no-fund --no-audit
	touch $(VENV)/installed $@

demo: $(VENV)/installed
	$(BIN)/python examples/hello_tensorflow.py
	$(BIN)/board --logdir=log_simple_stats --port=$(PORT)

test: $(VENV)/installed-test
	$(BIN)/python -m pytest

format: $(VENV)/installed-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

peers:
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0 tensorboard==2.21.0
	$(PYTHON) -m venv .venv-torch
	.venv-torch/bin/python -m pip install --quiet --disable-pip-version-check torch tensorboard tensorboardX pillow

# Too large to install for every test: gigabytes, and only part of them on any machine that trains.
conformance:
	.venv-torch/bin/python -m pip install --quiet --disable-pip-version-check --editable . pytest psutil nvidia-ml-py plotly \
	    onnx transformers accelerate lightning stable-baselines3 "moto[server]" s3fs
	.venv-torch/bin/python -m pytest --noconftest tests/conformance
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --editable . pytest
	.venv-peers/bin/python -m pytest --noconftest tests/conformance/test_tensorflow_*.py

# On other versions of Python, numpy and protobuf, as far as the machine has those Pythons.
matrix:
	./.ci/matrix

# The compiled schema of writer/format/protos; needed after a .proto changes.
schema: $(VENV)/installed-test
	cd writer/format/protos && $(abspath $(BIN))/python -m grpc_tools.protoc -I. --include_imports \
	    --descriptor_set_out=schema.binpb *.proto

# Fetches the browser libraries of static/vendor/vendored.json anew, from npm, by name and version.
vendor:
	$(PYTHON) static/vendor/refresh.py

clean:
	rm -rf $(VENV) .venv-peers .venv-torch .venv-matrix node_modules build dist log_simple_graph log_simple_stats
