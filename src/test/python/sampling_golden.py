"""Writes what the usual Python library makes of logits before it draws, for SamplingGoldenTest to compare with.

Each case: logits, the tokens that were there before, the settings, and the probabilities that are left.

Needs torch and transformers; the file names their versions. From the repository's top level:

    python3 src/test/python/sampling_golden.py
"""

import json
from pathlib import Path

import torch
import transformers
from transformers import (
    LogitsProcessorList,
    MinPLogitsWarper,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

GOLDEN = Path(__file__).resolve().parents[1] / "resources/llmthreads/generate/sampling-golden.json"
VOCABULARY = 24
SETTINGS = [
    dict(),
    dict(temperature=0.6),
    dict(topK=5),
    dict(topP=0.7),
    dict(minP=0.15),
    dict(repetitionPenalty=1.8),
    dict(repetitionPenalty=0.7, temperature=1.4),
    dict(temperature=0.8, topK=9, topP=0.85),
    dict(temperature=1.6, topK=12, topP=0.9, minP=0.2, repetitionPenalty=1.3),
    dict(temperature=0.3, topP=0.99, minP=0.01, repetitionPenalty=1.1),
]


def processors(settings):
    chain = LogitsProcessorList()
    if "repetitionPenalty" in settings:
        chain.append(RepetitionPenaltyLogitsProcessor(settings["repetitionPenalty"]))
    if "temperature" in settings:
        chain.append(TemperatureLogitsWarper(settings["temperature"]))
    if "topK" in settings:
        chain.append(TopKLogitsWarper(settings["topK"]))
    if "topP" in settings:
        chain.append(TopPLogitsWarper(settings["topP"]))
    if "minP" in settings:
        chain.append(MinPLogitsWarper(settings["minP"]))
    return chain


def main():
    torch.manual_seed(5)
    cases = []
    for settings in SETTINGS:
        for _ in range(3):
            logits = 3 * torch.randn(1, VOCABULARY)
            seen = torch.randint(VOCABULARY, (1, 9))
            left = torch.softmax(processors(settings)(seen, logits.clone()), -1)
            cases.append(
                dict(settings=settings, logits=logits[0].tolist(), seen=seen[0].tolist(), left=left[0].tolist())
            )
    versions = f"torch {torch.__version__.split('+')[0]}, transformers {transformers.__version__}"
    GOLDEN.write_text(json.dumps(dict(made_by=versions, cases=cases)) + "\n")


if __name__ == "__main__":
    main()
