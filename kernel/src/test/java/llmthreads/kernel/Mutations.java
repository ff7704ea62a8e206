package llmthreads.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import llmthreads.kernel.wire.Codec;
import llmthreads.kernel.wire.Message;

/** Messages of all kinds with something wrong in them, the signature or what it signs. */
final class Mutations {
  private static final int FIRST_PART = 2;
  private static final int PARTS = 4;

  /** Types with contents as clients send them. None ends the kernel or waits for input. */
  private static final List<String> REQUESTS =
      List.of(
          "kernel_info_request {}",
          "execute_request {'code':'1 + 1','silent':false,'store_history':true,"
              + "'user_expressions':{'a':'1'},'allow_stdin':false,'stop_on_error':true}",
          "complete_request {'code':'Math.','cursor_pos':5}",
          "inspect_request {'code':'Math.max','cursor_pos':8,'detail_level':1}",
          "is_complete_request {'code':'for ('}",
          "history_request {'hist_access_type':'search','pattern':'1*','n':3,'output':true,"
              + "'raw':true,'session':0,'start':0,'stop':9,'unique':true}",
          "comm_info_request {'target_name':'x'}",
          "comm_open {'comm_id':'c','target_name':'jupyter.widget','data':{'state':{}}}",
          "comm_msg {'comm_id':'c','data':{'method':'update','state':{}}}",
          "comm_close {'comm_id':'c','data':{}}",
          "interrupt_request {}",
          "usage_request {}",
          "input_reply {'value':'v'}");

  /** What may stand where something else is expected. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "-1",
          "1e400",
          "1e999999999",
          "99999999999999999999",
          "'\\ud800'",
          "'" + "x".repeat(10_000) + "'",
          "[]",
          "{}",
          "[[[[null]]]]",
          "[".repeat(200) + "]".repeat(200),
          "{'a':{'a':{'a':1}}}");

  private final SplittableRandom random;
  private final Codec codec;

  Mutations(SplittableRandom random, Codec codec) {
    this.random = random;
    this.codec = codec;
  }

  /** The frames of the next message. */
  List<byte[]> next(KernelClient client) {
    String[] request = REQUESTS.get(random.nextInt(REQUESTS.size())).split(" ", 2);
    JsonObject content = JsonParser.parseString(request[1]).getAsJsonObject();
    Message message = client.message(request[0], content);
    if (random.nextBoolean()) {
      JsonObject part = random.nextInt(4) == 0 ? message.header() : message.content();
      change(part);
      return codec.encode(message);
    }
    List<byte[]> frames = new ArrayList<>(codec.encode(message));
    damage(frames);
    return random.nextBoolean() ? frames : signedAgain(frames);
  }

  private void change(JsonObject part) {
    if (part.isEmpty()) {
      part.add("code", value());
      return;
    }
    String name = List.copyOf(part.keySet()).get(random.nextInt(part.size()));
    if (random.nextInt(3) == 0) {
      part.remove(name);
    } else {
      part.add(name, value());
    }
  }

  private JsonElement value() {
    return JsonParser.parseString(VALUES.get(random.nextInt(VALUES.size())));
  }

  private void damage(List<byte[]> frames) {
    int which = random.nextInt(frames.size());
    switch (random.nextInt(6)) {
      case 0 -> frames.remove(which);
      case 1 -> frames.add(which, frames.get(which));
      case 2 -> Collections.shuffle(frames, new Random(random.nextLong()));
      case 3 -> frames.set(which, new byte[random.nextInt(20)]);
      case 4 -> frames.addAll(Stream.generate(() -> new byte[100]).limit(50).toList());
      default -> frames.set(which, flipped(frames.get(which)));
    }
  }

  private byte[] flipped(byte[] frame) {
    byte[] other = frame.clone();
    for (int i = 0; i < 3 && other.length > 0; i++) {
      other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return other;
  }

  /** With a signature that fits, so that what reads the parts sees the damage. */
  private List<byte[]> signedAgain(List<byte[]> frames) {
    if (frames.size() < FIRST_PART + PARTS) {
      return frames;
    }
    byte[][] parts = frames.subList(FIRST_PART, FIRST_PART + PARTS).toArray(byte[][]::new);
    frames.set(FIRST_PART - 1, codec.sign(parts).getBytes(UTF_8));
    return frames;
  }
}
