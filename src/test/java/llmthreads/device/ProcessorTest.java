package llmthreads.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessorTest {
  @Test
  void it_tells_its_vectors() {
    assertEquals(
        "AMD EPYC, family 25 model 1 (avx2)",
        Processor.of(
                List.of(
                    "processor\t: 0",
                    "cpu family\t: 25",
                    "model\t\t: 1",
                    "model name\t: AMD EPYC",
                    "flags\t\t: fpu sse2 avx avx2 fma"))
            .toString());
  }

  @Test
  void it_multiplies_bfloat16_by_avx512_amx_or_arms_instructions_only() {
    assertFalse(with("flags\t\t: avx2 avx512f avx512_vnni"));
    assertTrue(with("flags\t\t: avx2 avx512f avx512_bf16 avx512_vnni"));
    assertTrue(with("flags\t\t: avx2 amx_tile amx_bf16"));
    assertFalse(with("Features\t: fp asimd asimdhp"));
    assertTrue(with("Features\t: fp asimd bf16"));
  }

  private static boolean with(String line) {
    return Processor.of(List.of(line)).multipliesBfloat16();
  }
}
