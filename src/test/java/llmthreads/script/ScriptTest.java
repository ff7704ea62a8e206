package llmthreads.script;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class ScriptTest {
  @Test
  void a_function_written_in_java_runs_and_gives_its_memory_back() {
    long before = Tensor.live();
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
    assertEquals(before, Tensor.live());
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
}
