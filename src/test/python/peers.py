"""Lets PeerBenchmark measure Python's engines: speaks the lines that PeerServer.java describes.

    python3 peers.py llama.cpp f32|bf16|q8_0|q4_0
    python3 peers.py transformers f32|bf16

Needs what peers-requirements.txt pins. llama.cpp is called by its own batched decode, without a callback per token;
a file that is not there yet is made of the folder f32 beside it.
"""

import ctypes
import os
import sys
import time
from pathlib import Path

THREADS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


class Refusal(Exception):
    """A sentence about what an engine cannot do."""


class LlamaCpp:
    """A GGUF file in llama.cpp, with its defaults, but for f32's cache, which is f32 too."""

    def __init__(self, form):
        import llama_cpp
        import numpy

        self.lib = llama_cpp
        self.numpy = numpy
        self.form = form
        self.context = None
        self.silence = llama_cpp.llama_log_callback(lambda level, text, data: None)
        llama_cpp.llama_log_set(self.silence, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()

    def prepare(self, path):
        import peer_gguf

        peer_gguf.make(self.lib, path, self.form)

    def load(self, path):
        self.model = self.lib.llama_model_load_from_file(str(path).encode(), self.lib.llama_model_default_params())
        if not self.model:
            raise Refusal(f"llama.cpp does not load {path}")
        self.vocabulary = self.lib.llama_vocab_n_tokens(self.lib.llama_model_get_vocab(self.model))

    def open(self, rows, tokens, room):
        self.close_context()
        self.capacity = rows * tokens
        params = self.lib.llama_context_default_params()
        params.n_ctx = rows * -(-room // 256) * 256
        params.n_batch = max(self.capacity, params.n_ubatch)
        params.n_seq_max = rows
        params.n_threads = params.n_threads_batch = THREADS
        if self.form == "f32":
            params.type_k = params.type_v = self.lib.GGML_TYPE_F32
        self.context = self.lib.llama_init_from_model(self.model, params)
        if not self.context:
            raise Refusal(f"llama.cpp makes no context for {rows} sequences of {room} tokens")
        self.batch = self.lib.llama_batch_init(self.capacity, 0, 1)
        self.length = 0

    def read(self, tokens):
        """The likeliest next token of each row of tokens."""
        rows, width = tokens.shape
        count = rows * width
        self.batch.n_tokens = count
        self.view(self.batch.token, count)[:] = tokens.reshape(-1)
        self.view(self.batch.pos, count)[:] = self.numpy.tile(self.numpy.arange(self.length, self.length + width), rows)
        self.view(self.batch.n_seq_id, count)[:] = 1
        wanted = self.view(self.batch.logits, count)
        wanted[:] = 0
        wanted[width - 1 :: width] = 1
        for i in range(count):
            self.batch.seq_id[i][0] = i // width
        if self.lib.llama_decode(self.context, self.batch) != 0:
            raise Refusal("llama_decode failed")
        self.length += width
        logits = self.lib.llama_get_logits(self.context)
        return self.numpy.ctypeslib.as_array(logits, (rows, self.vocabulary)).argmax(1)

    def view(self, pointer, count):
        return self.numpy.ctypeslib.as_array(pointer, (count,))

    def close_context(self):
        if self.context:
            self.lib.llama_batch_free(self.batch)
            self.lib.llama_free(self.context)
            self.context = None


class Transformers:
    """A published folder in Python's usual library, its cache grown by concatenation."""

    def __init__(self, form):
        import numpy
        import torch
        import transformers

        self.numpy = numpy
        self.torch = torch
        self.library = transformers
        self.dtype = {"f32": torch.float32, "bf16": torch.bfloat16}[form]
        torch.set_num_threads(THREADS)

    def prepare(self, path):
        pass

    def load(self, path):
        self.model = self.library.AutoModelForCausalLM.from_pretrained(path, dtype=self.dtype).eval()
        self.vocabulary = self.model.config.vocab_size

    def open(self, rows, tokens, room):
        self.cache = None

    def read(self, tokens):
        with self.torch.inference_mode():
            ids = self.torch.from_numpy(tokens.astype(self.numpy.int64))
            out = self.model(input_ids=ids, past_key_values=self.cache, use_cache=True, logits_to_keep=1)
            self.cache = out.past_key_values
            return out.logits[:, -1].argmax(-1).numpy()


class Server:
    def __init__(self, engine):
        self.engine = engine
        self.last = None

    def load(self, *words):
        path = Path(" ".join(words))
        self.engine.prepare(path)
        began = time.perf_counter()
        self.engine.load(path)
        return began, []

    def begin(self, rows, tokens, room):
        numpy = self.engine.numpy
        rows, tokens, room = int(rows), int(tokens), int(room)
        self.engine.open(rows, tokens, tokens + room)
        row, place = numpy.ogrid[:rows, :tokens]
        prompts = (row * 7919 + place * 97 + 13) % self.engine.vocabulary
        began = time.perf_counter()
        self.last = self.engine.read(prompts)
        return began, self.last.tolist()

    def decode(self, steps):
        told = []
        began = time.perf_counter()
        for _ in range(int(steps)):
            self.last = self.engine.read(self.last[:, None])
            told.append(self.last)
        return began, [token for step in told for token in step.tolist()]


def say(line):
    print("peer: " + " ".join(line.split()), flush=True)


def main(engine, form):
    try:
        server = Server({"llama.cpp": LlamaCpp, "transformers": Transformers}[engine](form))
    except ImportError as e:
        say(f"no {e}: install what test/python/peers-requirements.txt lists and name that Python, -Dbench.python=")
        return
    say("ok 0")
    for line in sys.stdin:
        command, *words = line.split()
        if command == "quit":
            return
        try:
            began, tokens = getattr(server, command)(*words)
            ms = (time.perf_counter() - began) * 1e3
            say(f"ok {ms} " + " ".join(map(str, tokens)))
        except (Refusal, OSError, RuntimeError, ValueError, ImportError) as e:
            say(f"no {type(e).__name__}: {e}")


if __name__ == "__main__":
    main(*sys.argv[1:])
