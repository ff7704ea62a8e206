package llmthreads.model;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * The published folder of a model whose numbers a golden file does not hold: a formula has them.
 */
public final class GoldenFolder {
  private GoldenFolder() {}

  /** Writes a model's config, and its tensors spread over some files. */
  public static void write(Path folder, JsonObject config, Map<String, long[]> tensors, int files)
      throws IOException {
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

  /** The numbers of a tensor: the function weights of architecture_golden.py. */
  static Safetensors.Entry entry(String name, long... shape) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    int start = (int) crc.getValue();
    boolean norm =
        name.toLowerCase(Locale.ROOT).endsWith("norm.weight")
            || (name.contains(".ln_") && name.endsWith(".weight"));
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
