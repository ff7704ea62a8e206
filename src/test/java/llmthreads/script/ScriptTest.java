package llmthreads.script;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import llmthreads.device.EngineThreads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ScriptTest {
  @Test
  void a_function_written_in_java_runs_and_gives_its_memory_back() {
    long before = Operand.live();
    try (Script script =
            Script.compile(
                "t",
                """
                def twice(self, x: Tensor) -> Tensor:
                  return torch.mul(x, 2)
                """);
        Tensor x = Tensor.of(new float[] {1, 2, 3}, 3);
        Tensor y = script.call("twice", x)) {
      assertArrayEquals(new float[] {2, 4, 6}, y.toFloats());
      assertEquals(ElementType.F32, y.type());
      try (Tensor half = y.to(ElementType.BF16)) {
        assertEquals(ElementType.BF16, half.type());
        assertArrayEquals(new float[] {2, 4, 6}, half.toFloats());
      }
    }
    assertEquals(before, Operand.live());
  }

  @Test
  void bytes_of_bfloat16_keep_their_values() {
    ByteBuffer bytes = ByteBuffer.allocateDirect(6).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort((short) 0x3f80).putShort((short) 0xc020).putShort((short) 0x0001).flip();
    try (Tensor tensor = Tensor.over(bytes, ElementType.BF16, 3)) {
      assertEquals(ElementType.BF16, tensor.type());
      assertArrayEquals(new float[] {1, -2.5f, Float.intBitsToFloat(0x10000)}, tensor.toFloats());
    }
  }

  /** Helpers bear the name of the thread that they help. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void only_an_engine_thread_gets_helpers() throws Exception {
    Callable<Long> work =
        () -> {
          try (Script script = Script.compile("large", LARGE)) {
            script.callLong("large", 1 << 20);
          }
          String own = Files.readString(Path.of("/proc/thread-self/comm"));
          try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.filter(task -> name(task).equals(own)).count();
          }
        };
    FutureTask<Long> stranger = new FutureTask<>(work);
    Thread.ofPlatform().name("stranger").start(stranger);
    assertEquals(1, stranger.get(), "a thread of the caller's own");
    try (EngineThreads threads = new EngineThreads("helped", 1, 2)) {
      assertEquals(2, threads.submit(0, work).get(), "an engine thread that may have one helper");
    }
  }

  private static final String LARGE =
      """
      def large(self, size: int) -> int:
        x = torch.ones([size])
        return torch.numel(torch.mul(x, x))
      """;

  private static String name(Path task) {
    try {
      return Files.readString(task.resolve("comm"));
    } catch (IOException gone) {
      return "";
    }
  }
}
