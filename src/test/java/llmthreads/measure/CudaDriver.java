package llmthreads.measure;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * What CUDA's driver tells of the first GPU, asked on a thread that has computed there. PyTorch has
 * no operator that tells it.
 */
final class CudaDriver {
  private static final int NAME_BYTES = 256;

  private CudaDriver() {}

  /** What the GPU is called. */
  static String name() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(NAME_BYTES);
      MethodHandle ask = function(arena, "cuDeviceGetName", ADDRESS, JAVA_INT, JAVA_INT);
      check((int) ask.invokeExact(name, NAME_BYTES, 0));
      return name.getString(0);
    } catch (Throwable e) {
      throw silent(e);
    }
  }

  /** Bytes that are taken now, by all programs. PyTorch gives none back while a process runs. */
  static long takenBytes() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment free = arena.allocate(JAVA_LONG);
      MemorySegment total = arena.allocate(JAVA_LONG);
      MethodHandle ask = function(arena, "cuMemGetInfo_v2", ADDRESS, ADDRESS);
      check((int) ask.invokeExact(free, total));
      return total.get(JAVA_LONG, 0) - free.get(JAVA_LONG, 0);
    } catch (Throwable e) {
      throw silent(e);
    }
  }

  @SuppressWarnings("restricted") // the JVM is started with --enable-native-access
  private static MethodHandle function(Arena arena, String name, MemoryLayout... arguments) {
    SymbolLookup driver = SymbolLookup.libraryLookup(System.mapLibraryName("cuda") + ".1", arena);
    return Linker.nativeLinker()
        .downcallHandle(driver.findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
  }

  private static void check(int error) {
    if (error != 0) {
      throw new IllegalStateException("it answers with error " + error);
    }
  }

  private static IllegalStateException silent(Throwable e) {
    return new IllegalStateException("CUDA's driver cannot be asked: " + e.getMessage(), e);
  }
}
