"""Writes what the usual Python library computes with small random encoders, for EncoderGoldenTest to compare with.

One file for each model: its config.json as the library publishes it, the names and shapes of its tensors, and, for some
texts as tokens, the rows of the last layer and the logits of the labels. The weights are made by the formula in
architecture_golden.py.

Needs torch, transformers and safetensors; the files name their versions. From the repository's top level:

    python3 src/test/python/encoder_golden.py
"""

import torch
import transformers
from architecture_golden import GOLDEN, filled, write

ENCODERS = GOLDEN / "encoders"
SMALL = dict(
    vocab_size=67,
    hidden_size=64,
    intermediate_size=96,
    num_hidden_layers=2,
    num_attention_heads=4,
    max_position_embeddings=96,
)
LABELS = {0: "good", 1: "neither", 2: "bad"}
MODELS = {
    "bert": (transformers.BertModel, transformers.BertConfig(**SMALL)),
    "bert-classes": (
        transformers.BertForSequenceClassification,
        transformers.BertConfig(**SMALL, hidden_act="gelu_new", id2label=LABELS),
    ),
    "bert-several-labels": (
        transformers.BertForSequenceClassification,
        transformers.BertConfig(**SMALL, id2label=LABELS, problem_type="multi_label_classification"),
    ),
    "roberta": (transformers.RobertaModel, transformers.RobertaConfig(**SMALL, type_vocab_size=1)),
    "roberta-classes": (
        transformers.RobertaForSequenceClassification,
        transformers.RobertaConfig(**SMALL, type_vocab_size=1, id2label=LABELS),
    ),
    "xlm-roberta-classes": (
        transformers.XLMRobertaForSequenceClassification,
        transformers.XLMRobertaConfig(**SMALL, type_vocab_size=1, num_labels=2),
    ),
}
LENGTHS = (1, 8, 9, 37, 94)
PADDING = 1  # the token that RoBERTa gives no position to, so no text holds it


def text(length, config):
    tokens = [2 + (length * 31 + i * i * 7 + i * 3) % (config.vocab_size - 2) for i in range(length)]
    types = [int(config.type_vocab_size > 1 and 2 * i >= length) for i in range(length)]
    return tokens, types


def golden(name, kind, config):
    model = kind(config).eval()
    settings, tensors = filled(model)
    texts = []
    for length in LENGTHS:
        tokens, types = text(length, config)
        assert PADDING not in tokens
        with torch.no_grad():
            output = model(
                torch.tensor([tokens]), token_type_ids=torch.tensor([types]), output_hidden_states=True
            )
        case = {"tokens": tokens, "types": types, "rows": rounded(output.hidden_states[-1][0])}
        if hasattr(output, "logits"):
            case["logits"] = rounded(output.logits)[0]
        texts.append(case)
    write(ENCODERS / f"{name}-golden.json", settings, tensors, "texts", texts)


def rounded(rows):
    return [[round(value, 5) for value in row] for row in rows.tolist()]


def main():
    ENCODERS.mkdir(parents=True, exist_ok=True)
    for name, (kind, config) in MODELS.items():
        golden(name, kind, config)


if __name__ == "__main__":
    main()
