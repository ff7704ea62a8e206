package llmthreads.script;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import llmthreads.device.Processor;

/**
 * The order in which MKL takes the sums of single precision that attention needs. With AVX-512, and
 * on AMD's processors, a row's bits do not depend on the rows beside it. On Intel's with AVX2 alone
 * they do, unless MKL is told to be strict, by a variable of the environment that it reads when it
 * is first called.
 */
final class MklOrder {
  private static final String VARIABLE = "MKL_CBWR";

  private MklOrder() {}

  /** Tells MKL where it has to be told, before it is loaded; who has set the variable is heeded. */
  static void keep() {
    if (System.getenv(VARIABLE) == null && hasToBeTold(Processor.here())) {
      set(VARIABLE, "AVX2,STRICT");
    }
  }

  static boolean hasToBeTold(Processor processor) {
    return processor.name().contains("Intel")
        && processor.instructions().contains("avx2")
        && !processor.instructions().contains("avx512f");
  }

  /** Sets a variable for native code; Java's own copy of the environment stays as it was. */
  @SuppressWarnings("restricted")
  static void set(String name, String value) {
    Linker linker = Linker.nativeLinker();
    MethodHandle setenv =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setenv"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int failed = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
      if (failed != 0) {
        throw new IllegalStateException("The variable " + name + " cannot be set for MKL");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
