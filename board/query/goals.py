"""The tag of a metric in, whether less or more of it is better out."""

from __future__ import annotations

import enum
import re


class Goal(enum.Enum):
    MIN = "min"
    MAX = "max"


_MORE_IS_BETTER = re.compile(
    r"(?<![a-z])(acc(uracy)?\d*|top_?\d+|auc|auroc|auprc|roc|ap\d*|map\d*|f1|f_?score|precision|recall|sensitivity|"
    r"specificity|r2|iou|miou|dice|bleu\d*|rouge\w*|meteor|psnr|ssim|score|reward|return|success(_rate)?|win_?rate|"
    r"ndcg\d*|mrr|hits?|throughput|tokens_per_sec\w*|\w+_per_sec(ond)?|fps)(?![a-z])",
    re.IGNORECASE,
)
_LESS_IS_BETTER = re.compile(
    r"(?<![a-z])(loss|err(or)?|perplexity|ppl|rmse|mse|mae|wer|cer|fid)(?![a-z])", re.IGNORECASE
)


def goal(tag: str) -> Goal:
    """What its words say: accuracies, scores and rewards are to grow, everything else to shrink, as losses are."""
    if _MORE_IS_BETTER.search(tag) and not _LESS_IS_BETTER.search(tag):
        return Goal.MAX
    return Goal.MIN
