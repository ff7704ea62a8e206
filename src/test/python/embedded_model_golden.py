"""Writes what the usual Python library says of the embedded model, for EmbeddedModelTest to compare with.

Needs torch and transformers; the file names their versions. From the repository's top level:

    python3 src/test/python/embedded_model_golden.py
"""

import hashlib
import json
from pathlib import Path

import torch
import transformers

SOURCE = Path(__file__).resolve().parents[2]
FOLDER = SOURCE / "main/resources/llmthreads/model/embedded"
GOLDEN = SOURCE / "test/resources/llmthreads/train/embedded-model-golden.json"
PROMPTS = [
    "compute: 47+38",
    "translate to Chinese: 4050",
    "translate to English: 二月三日",
    "sentiment: The soup was cold, but the waiter was not rude.",
    "answer: Ana has the map. The cup is blue. Ben is in the garden. Where is Ben?",
    "summarize: Kim will meet Leo at 4. It may rain. They meet in the tower on Sunday.",
    "continue: Once there was a shy owl named Uma.",
    "Grüße, 世界 🙂",
]


def main():
    tokenizer = transformers.AutoTokenizer.from_pretrained(FOLDER)
    model = transformers.AutoModelForCausalLM.from_pretrained(FOLDER, dtype=torch.float32).eval()
    cases = []
    for prompt in PROMPTS:
        ids = tokenizer(prompt, return_tensors="pt").input_ids
        with torch.no_grad():
            logits = model(ids).logits[0, -1]
            answer = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=40)
        answer = answer[0, ids.shape[1] :]
        cases.append(
            {
                "prompt": prompt,
                "tokens": ids[0].tolist(),
                "logits": [round(value, 6) for value in logits.tolist()],
                "answer": answer.tolist(),
                "text": tokenizer.decode(answer, skip_special_tokens=True),
            }
        )
    golden = {
        "made by": f"transformers {transformers.__version__}, torch {torch.__version__}",
        "model.safetensors": hashlib.sha256((FOLDER / "model.safetensors").read_bytes()).hexdigest(),
    }
    head = json.dumps(golden, indent=1).rstrip("\n}")
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    GOLDEN.parent.mkdir(parents=True, exist_ok=True)
    GOLDEN.write_text(f'{head},\n "cases": [\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
