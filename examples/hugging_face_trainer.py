"""A trainer of another library logs through graphboard's writer: `writer.install()` before the trainer is imported.

Hugging Face's Trainer imports PyTorch's SummaryWriter by itself. With the modules of `writer.install` in its place, it
needs no change, and tensorboard need not be installed. The model is a line through noisy points; nothing is downloaded.

    pip install torch transformers accelerate
    python examples/hugging_face_trainer.py
    board --logdir=runs
"""

import os

import writer

writer.install()

import torch  # noqa: E402
from transformers import Trainer, TrainingArguments  # noqa: E402


class Line(torch.nn.Module):
    """y = weight * x + bias, and how far that is from the labels."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x: torch.Tensor, labels: torch.Tensor) -> dict[str, torch.Tensor]:
        y = self.linear(x)
        return {"loss": torch.nn.functional.mse_loss(y, labels), "logits": y}


torch.manual_seed(0)
xs = torch.rand(512, 1)
points = [{"x": x, "labels": 3 * x + 1 + 0.05 * torch.randn(1)} for x in xs]

os.environ["TENSORBOARD_LOGGING_DIR"] = "runs/line"
arguments = TrainingArguments(
    output_dir="checkpoints",
    num_train_epochs=5,
    learning_rate=0.05,
    per_device_train_batch_size=16,
    logging_steps=5,
    eval_strategy="epoch",
    save_strategy="no",
    report_to=["tensorboard"],
    use_cpu=True,
)
model = Line()
Trainer(model=model, args=arguments, train_dataset=points[:448], eval_dataset=points[448:]).train()

# The same run can be logged to by hand as well.
with writer.SummaryWriter("runs/line") as log:
    log.add_graph(model, {"x": xs[:16], "labels": xs[:16]})
    log.add_hparams({"learning_rate": arguments.learning_rate, "epochs": arguments.num_train_epochs})
