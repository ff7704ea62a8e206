package llmthreads.script;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.List;
import llmthreads.device.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MklOrderTest {
  @ParameterizedTest
  @CsvSource({
    "Intel(R) Core(TM) i7-1260P, avx2, true",
    "Intel(R) Xeon(R) Processor, avx2 avx512f, false",
    "AMD EPYC 7B13, avx2, false",
    "Intel(R) Celeron(R) N4020, '', false"
  })
  void only_intels_processors_with_avx2_alone_have_to_be_told(
      String name, String instructions, boolean expected) {
    Processor processor = new Processor(name, List.of(instructions.split(" ")));
    assertEquals(expected, MklOrder.hasToBeTold(processor));
  }

  @Test
  @SuppressWarnings("restricted")
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void native_code_sees_the_variable() throws Throwable {
    MklOrder.set("LLM_THREADS_TEST", "seen");
    Linker linker = Linker.nativeLinker();
    var getenv =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("getenv"), FunctionDescriptor.of(ADDRESS, ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom("LLM_THREADS_TEST");
      MemorySegment value = (MemorySegment) getenv.invokeExact(name);
      assertEquals("seen", value.reinterpret(5).getString(0));
    }
  }
}
