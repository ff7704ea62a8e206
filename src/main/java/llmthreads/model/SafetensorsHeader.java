package llmthreads.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import llmthreads.script.ElementType;

/**
 * The header of a safetensors file, read with no trust in it: every array must lie within the file,
 * take as many bytes as its type and shape say, and share none with another.
 */
record SafetensorsHeader(Path file, MemorySegment data) {
  private static final Map<String, ElementType> TYPES =
      Map.of(
          "F32", ElementType.F32,
          "F16", ElementType.F16,
          "BF16", ElementType.BF16,
          "I64", ElementType.I64,
          "I32", ElementType.I32,
          "I8", ElementType.I8,
          "U8", ElementType.U8,
          "BOOL", ElementType.BOOL);

  /** The longest header that the format allows, in bytes. */
  private static final long LONGEST = 100_000_000;

  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Where an array lies in the data. */
  private record Place(String name, long begin, long end) {}

  /**
   * The arrays of a file, by name, in the header's order.
   *
   * @throws ModelException that names the file, and the array, when the header cannot be true
   */
  static Map<String, Safetensors.Entry> read(Path file, MemorySegment all) {
    long size = all.byteSize();
    long length = size < 8 ? -1 : all.get(LENGTH, 0);
    if (length < 2 || length > size - 8 || length > LONGEST) {
      throw new ModelException(
          "%s is cut short or is no safetensors file (%d bytes): copy or download it again"
              .formatted(file, size));
    }
    String json =
        new String(all.asSlice(8, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    try {
      JsonObject header = JsonParser.parseString(json).getAsJsonObject();
      return new SafetensorsHeader(file, all.asSlice(8 + length)).entries(header);
    } catch (JsonParseException
        | IllegalStateException
        | UnsupportedOperationException
        | NumberFormatException
        | NullPointerException
        | ClassCastException
        | ArithmeticException
        | IndexOutOfBoundsException e) {
      throw new ModelException(
          "%s: its header is not that of a safetensors file: copy or download it again"
              .formatted(file),
          e);
    }
  }

  /** The name of a type in a header. */
  static String name(ElementType type) {
    return TYPES.entrySet().stream()
        .filter(named -> named.getValue() == type)
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  private Map<String, Safetensors.Entry> entries(JsonObject header) {
    Map<String, Safetensors.Entry> entries = new LinkedHashMap<>();
    List<Place> places = new ArrayList<>();
    for (Map.Entry<String, JsonElement> named : header.entrySet()) {
      if (!named.getKey().equals("__metadata__")) {
        JsonObject description = named.getValue().getAsJsonObject();
        Place place = place(named.getKey(), description.getAsJsonArray("data_offsets"));
        places.add(place);
        entries.put(named.getKey(), entry(place, description));
      }
    }
    checkApart(places);
    return entries;
  }

  private Place place(String name, JsonArray offsets) {
    Place place = new Place(name, whole(offsets.get(0)), whole(offsets.get(1)));
    if (place.end > data.byteSize()) {
      throw new ModelException(
          ("%s is cut short: tensor '%s' ends %d bytes behind the file's end; copy or "
                  + "download it again")
              .formatted(file, name, place.end - data.byteSize()));
    }
    return place;
  }

  private Safetensors.Entry entry(Place place, JsonObject description) {
    String dtype = description.get("dtype").getAsString();
    ElementType type = TYPES.get(dtype);
    if (type == null) {
      throw new ModelException(
          "%s: tensor '%s' is of type %s, which is not read here: convert it to one of %s"
              .formatted(file, place.name, dtype, new TreeSet<>(TYPES.keySet())));
    }
    long[] shape =
        description.getAsJsonArray("shape").asList().stream()
            .mapToLong(SafetensorsHeader::whole)
            .toArray();
    if (place.begin > place.end || bytes(type, shape) != place.end - place.begin) {
      throw new ModelException(
          ("%s: tensor '%s' of type %s and shape %s does not take the %d bytes that the "
                  + "header gives it; copy or download it again")
              .formatted(file, place.name, dtype, Arrays.toString(shape), place.end - place.begin));
    }
    String name = "%s: tensor '%s'".formatted(file, place.name);
    MemorySegment bytes = data.asSlice(place.begin, place.end - place.begin);
    return new Safetensors.Entry(name, type, shape, bytes);
  }

  /** Bytes of an array; -1 where no file has so many. */
  private static long bytes(ElementType type, long... shape) {
    try {
      return Math.multiplyExact(Safetensors.Entry.count(shape), (long) type.bytes());
    } catch (ArithmeticException e) {
      return -1;
    }
  }

  private void checkApart(List<Place> places) {
    places.sort(Comparator.comparingLong(Place::begin).thenComparingLong(Place::end));
    for (int i = 1; i < places.size(); i++) {
      Place before = places.get(i - 1);
      if (places.get(i).begin < before.end) {
        throw new ModelException(
            "%s: tensors '%s' and '%s' lie over each other; copy or download it again"
                .formatted(file, before.name, places.get(i).name));
      }
    }
  }

  private static long whole(JsonElement number) {
    long value = number.getAsBigDecimal().longValueExact();
    if (value < 0) {
      throw new NumberFormatException(value + " is negative");
    }
    return value;
  }
}
