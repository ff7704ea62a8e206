package llmthreads.generate;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import llmthreads.model.Config;
import llmthreads.model.Safetensors;

/**
 * What src/test/python/architecture_golden.py wrote down of one small random model.
 *
 * @param config its config.json
 * @param tensors shapes by name, as they lie in its published file
 */
record GoldenModel(
    @SerializedName("made by") String madeBy,
    JsonObject config,
    Map<String, long[]> tensors,
    List<Sequence> sequences) {
  /** A prompt, the greedy answer, and the logits of each of its steps. */
  record Sequence(int[] prompt, int[] answer, float[][] logits) {}

  static GoldenModel read(String name) {
    String file = "/llmthreads/model/" + name + "-golden.json";
    try (InputStream in = GoldenModel.class.getResourceAsStream(file);
        InputStreamReader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      return new Gson().fromJson(reader, GoldenModel.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Prompt> prompts(Config shape) {
    return Prompt.of(shape, sequences.stream().map(Sequence::prompt).toList());
  }

  /** Writes the model's folder: its config, and its tensors spread over some files. */
  void write(Path folder, int files) throws IOException {
    Files.writeString(
        folder.resolve("config.json"), new GsonBuilder().serializeNulls().create().toJson(config));
    List<Map<String, Safetensors.Entry>> shards = new ArrayList<>();
    for (int i = 0; i < files; i++) {
      shards.add(new LinkedHashMap<>());
    }
    int next = 0;
    for (Map.Entry<String, long[]> tensor : tensors.entrySet()) {
      shards.get(next++ % files).put(tensor.getKey(), entry(tensor.getKey(), tensor.getValue()));
    }
    if (files == 1) {
      Safetensors.write(folder.resolve("model.safetensors"), shards.getFirst());
      return;
    }
    JsonObject map = new JsonObject();
    for (int i = 0; i < files; i++) {
      String file = "model-%05d-of-%05d.safetensors".formatted(i + 1, files);
      Safetensors.write(folder.resolve(file), shards.get(i));
      shards.get(i).keySet().forEach(name -> map.addProperty(name, file));
    }
    JsonObject index = new JsonObject();
    index.add("metadata", new JsonObject());
    index.add("weight_map", map);
    Files.writeString(folder.resolve("model.safetensors.index.json"), index.toString());
  }

  /** The numbers of a tensor: the function weights of the Python script. */
  private static Safetensors.Entry entry(String name, long... shape) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    int start = (int) crc.getValue();
    boolean norm =
        name.endsWith("norm.weight") || (name.contains(".ln_") && name.endsWith(".weight"));
    long count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    float[] values = new float[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      int x = i * (int) 2654435761L + start;
      x ^= x >>> 16;
      x *= 0x7feb352d;
      x ^= x >>> 15;
      x *= 0x846ca68b;
      x ^= x >>> 16;
      float value = ((x >>> 8) - 0x1p23f) * 0x1p-23f * 0.25f;
      values[i] = norm ? 1 + value : value;
    }
    return Safetensors.Entry.f32(values, shape);
  }
}
