"""Writes what the usual Python library computes with small random models, for GoldenTest to compare with.

One file for each model: its config.json as the library publishes it, the names and shapes of its tensors, and for
some prompts the greedy answer with the logits of each of its steps, each computed anew from the whole sequence. The
weights are not stored: both sides make them by the formula in `weights`.

And the older files of a small tokenizer of GPT-2's kind, with what the library makes of some texts.

Needs torch, transformers and safetensors; the files name their versions. From the repository's top level:

    python3 src/test/python/architecture_golden.py
"""

import json
import tempfile
import zlib
from pathlib import Path

import numpy
import tokenizers
import torch
import transformers
from safetensors import safe_open

GOLDEN = Path(__file__).resolve().parents[1] / "resources/llmthreads/model"
PAIRS = GOLDEN / "byte-pairs"
STEPS = 5
CLOSEST = 1e-3  # two logits closer than this could change places by rounding

SMALL = dict(
    vocab_size=67,
    hidden_size=64,
    intermediate_size=96,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=128,
    bos_token_id=None,
    eos_token_id=None,
)
GPT2 = dict(
    vocab_size=67, n_embd=64, n_layer=2, n_head=4, n_positions=128, bos_token_id=None, eos_token_id=None
)
LLAMA3 = dict(
    rope_type="llama3",
    rope_theta=500.0,
    factor=8.0,
    low_freq_factor=1.0,
    high_freq_factor=4.0,
    original_max_position_embeddings=64,
)
MODELS = {
    "llama": (transformers.LlamaConfig(**SMALL), (1, 9, 60)),
    "llama-3": (
        transformers.LlamaConfig(
            **{**SMALL, "max_position_embeddings": 512, "head_dim": 24},
            tie_word_embeddings=True,
            rope_parameters=LLAMA3,
        ),
        (2, 40, 300),
    ),
    "llama-linear-biases": (
        transformers.LlamaConfig(
            **SMALL,
            attention_bias=True,
            mlp_bias=True,
            rope_parameters=dict(rope_type="linear", rope_theta=1000.0, factor=4.0),
        ),
        (3, 17, 90),
    ),
    "mistral": (transformers.MistralConfig(**SMALL, head_dim=16, sliding_window=20), (4, 19, 70)),
    "mistral-no-window": (transformers.MistralConfig(**SMALL, head_dim=16, sliding_window=None), (25,)),
    "qwen2": (transformers.Qwen2Config(**SMALL, tie_word_embeddings=True), (5, 11, 64)),
    "qwen2-window": (
        transformers.Qwen2Config(**SMALL, use_sliding_window=True, sliding_window=20, max_window_layers=0),
        (21, 50),
    ),
    "qwen3": (transformers.Qwen3Config(**SMALL, head_dim=32), (6, 15, 66)),
    "gpt2": (transformers.GPT2Config(**GPT2), (7, 12, 71)),
    "gpt2-untied": (transformers.GPT2Config(**GPT2, n_inner=160, tie_word_embeddings=False), (20,)),
    "qwen3-biases": (transformers.Qwen3Config(**SMALL, head_dim=16, attention_bias=True), (10, 33)),
}


SENTENCES = [
    "Each thread computes its own part, and the parts are put together in the order in which they came.",
    "The other threads wait there until the last one is through; then they all go on together.",
    "A worker that waits for another worker that waits for the first will wait for ever.",
]
OTHER_TEXTS = [
    "two  spaces, a\ttab,\n\na line   ",
    " isn't it? They'll say we've 12345 threads.",
    "Grüße, 世界 🙂",
    "one<|endoftext|>another <|endoftext|>",
    "",
]


def weights(name, shape):
    """Numbers from -1 to 1 in steps of 2^-23, hashed from the name and the place; those of norms lie around one."""
    count = int(numpy.prod(shape))
    x = numpy.arange(count, dtype=numpy.uint32) * numpy.uint32(2654435761) + numpy.uint32(zlib.crc32(name.encode()))
    x ^= x >> numpy.uint32(16)
    x *= numpy.uint32(0x7FEB352D)
    x ^= x >> numpy.uint32(15)
    x *= numpy.uint32(0x846CA68B)
    x ^= x >> numpy.uint32(16)
    even = ((x >> numpy.uint32(8)).astype(numpy.float32) - numpy.float32(2**23)) * numpy.float32(2**-23)
    values = even * numpy.float32(0.25)
    if name.lower().endswith("norm.weight") or ".ln_" in name and name.endswith(".weight"):
        values += numpy.float32(1)
    return torch.from_numpy(values.reshape(shape))


def published(model):
    """The config and the tensors' shapes as they lie in a published folder."""
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        with safe_open(Path(folder) / "model.safetensors", "pt") as file:
            tensors = {name: file.get_slice(name).get_shape() for name in file.keys()}
        return json.loads((Path(folder) / "config.json").read_text()), tensors


def filled(model):
    """Gives a model its weights; returns what `published` does."""
    settings, tensors = published(model)
    with torch.no_grad():
        for tensor, shape in tensors.items():
            model.state_dict()[tensor].copy_(weights(tensor, shape))
    return settings, tensors


def answer(model, prompt):
    """Tokens and logits of each step of the greedy answer."""
    ids = list(prompt)
    logits = []
    for _ in range(STEPS):
        with torch.no_grad():
            row = model(torch.tensor([ids]), use_cache=False).logits[0, -1]
        first, second = row.topk(2).values.tolist()
        if first - second < CLOSEST:
            raise SystemExit(f"{first} and {second} are too close to each other: choose other prompts")
        logits.append([round(value, 5) for value in row.tolist()])
        ids.append(int(row.argmax()))
    return ids[len(prompt) :], logits


def golden(name, config, lengths):
    model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()
    settings, tensors = filled(model)
    sequences = []
    for length in lengths:
        prompt = [(length * 31 + i * i * 7 + i * 3) % config.vocab_size for i in range(length)]
        tokens, logits = answer(model, prompt)
        sequences.append({"prompt": prompt, "answer": tokens, "logits": logits})
    write(GOLDEN / f"{name}-golden.json", settings, tensors, "sequences", sequences)


def write(file, settings, tensors, kind, cases):
    """The golden file of a model, a line for each case."""
    head = {
        "made by": f"transformers {transformers.__version__}, torch {torch.__version__}",
        "config": settings,
        "tensors": tensors,
    }
    lines = [f' "{key}": {json.dumps(value)}' for key, value in head.items()]
    rows = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    lines.append(f' "{kind}": [\n{rows}\n]')
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def byte_pairs():
    """A tokenizer learned from a few sentences, as vocab.json and merges.txt."""
    PAIRS.mkdir(parents=True, exist_ok=True)
    learned = tokenizers.Tokenizer(tokenizers.models.BPE())
    learned.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=340,
        initial_alphabet=sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet()),
        special_tokens=["<|endoftext|>"],
        show_progress=False,
    )
    learned.train_from_iterator(SENTENCES, trainer)
    learned.model.save(str(PAIRS))
    library = transformers.GPT2Tokenizer.from_pretrained(PAIRS)
    cases = []
    for text in [*SENTENCES, *OTHER_TEXTS]:
        tokens = library(text).input_ids
        cases.append({"text": text, "tokens": tokens, "decoded": library.decode(tokens, skip_special_tokens=True)})
    golden = {"made by": f"transformers {transformers.__version__}, tokenizers {tokenizers.__version__}"}
    golden["cases"] = cases
    (PAIRS / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    byte_pairs()
    for name, (config, lengths) in MODELS.items():
        golden(name, config, lengths)


if __name__ == "__main__":
    main()
