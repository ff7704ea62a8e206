"""Makes llama.cpp's files of a folder in the published layout, f32, without words: sequences are given as tokens."""

import json

import gguf
import numpy
from safetensors import safe_open

ARCHITECTURES = {"gpt2": gguf.MODEL_ARCH.GPT2, "llama": gguf.MODEL_ARCH.LLAMA, "qwen2": gguf.MODEL_ARCH.QWEN2}


def make(lib, path, form):
    """Writes the file of a form, unless it is there: f32 anew, all others by llama.cpp's own quantisation."""
    single = path.with_name("f32.gguf")
    if not single.exists():
        write(path.with_name("f32"), single)
    if not path.exists():
        params = lib.llama_model_quantize_default_params()
        params.ftype = getattr(lib, f"LLAMA_FTYPE_MOSTLY_{form.upper()}")
        unfinished = path.with_suffix(".unfinished")
        if lib.llama_model_quantize(str(single).encode(), str(unfinished).encode(), params) != 0:
            raise OSError(f"llama.cpp does not make {path}")
        unfinished.rename(path)


def write(folder, target):
    config = json.loads((folder / "config.json").read_text())
    kind = config["model_type"]
    unfinished = target.with_suffix(".unfinished")
    writer = gguf.GGUFWriter(unfinished, kind)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_vocab_size(config["vocab_size"])
    writer.add_tokenizer_model("no_vocab")
    (gpt2_numbers if kind == "gpt2" else llama_numbers)(writer, config)
    layers = config["n_layer" if kind == "gpt2" else "num_hidden_layers"]
    names = gguf.get_tensor_name_map(ARCHITECTURES[kind], layers)
    with safe_open(folder / "model.safetensors", "numpy") as file:
        for name in file.keys():
            theirs = names.get_name(("transformer." if kind == "gpt2" else "") + name, (".weight", ".bias"))
            writer.add_tensor(theirs, tensor(kind, config, name, file.get_tensor(name)))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    unfinished.rename(target)


def gpt2_numbers(writer, config):
    writer.add_context_length(config["n_positions"])
    writer.add_embedding_length(config["n_embd"])
    writer.add_feed_forward_length(config["n_inner"])
    writer.add_block_count(config["n_layer"])
    writer.add_head_count(config["n_head"])
    writer.add_layer_norm_eps(config["layer_norm_epsilon"])


def llama_numbers(writer, config):
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])


def tensor(kind, config, name, data):
    """An array as llama.cpp wants it: matrices [outputs, inputs], LLaMA's heads with the pairs that turn side by side."""
    if kind == "gpt2" and name.endswith(("c_attn.weight", "c_proj.weight", "c_fc.weight")):
        return numpy.ascontiguousarray(data.T)
    heads = {"q_proj.weight": "num_attention_heads", "k_proj.weight": "num_key_value_heads"}
    for suffix, count in heads.items():
        if kind == "llama" and name.endswith(suffix):
            halves = data.reshape(config[count], 2, config["head_dim"] // 2, data.shape[1])
            return numpy.ascontiguousarray(halves.swapaxes(1, 2)).reshape(data.shape)
    return data
