package llmthreads.script;

import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Functions in TorchScript, written here and compiled by PyTorch, so that a whole stage of a model
 * is one native call.
 *
 * <p>PyTorch parses the text as it stands in its own archives: every operator is named in full
 * ({@code torch.add(a, b)}, not {@code a + b}), every local result of a call without use is bound
 * ({@code _0 = …}). Types are PyTorch's, and {@code Operands} and {@code PackedMatrix} of this
 * room. Any number of threads may call the same script at once. Call it from platform threads only:
 * libtorch keeps a team of helpers for each calling thread.
 */
public final class Script implements AutoCloseable {
  private static final byte[] EMPTY_MODULE =
      ("\u0080\u0002c__torch__\nScript\n)\u0081}X\u0008\u0000\u0000\u0000training\u0089sb.")
          .getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] NO_CONSTANTS = {(byte) 0x80, 2, ')', '.'};

  private final String name;
  private final String functions;
  private final PtSymbolBlock block;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Script(String name, String functions, PtSymbolBlock block) {
    this.name = name;
    this.functions = functions;
    this.block = block;
  }

  /**
   * Compiles functions, unless this was done for the same text not long ago.
   *
   * @param name says in error messages which script it is
   * @param functions one or more {@code def}, unindented, each with {@code self} as its first
   *     parameter
   * @throws IllegalArgumentException when PyTorch refuses the text, with PyTorch's reason
   * @throws IllegalStateException when PyTorch's libraries cannot be loaded
   */
  public static Script compile(String name, String functions) {
    PyTorch.manager();
    try {
      return new Script(name, functions, CompiledModules.take(functions, Script::load));
    } catch (UncheckedIOException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "Script '" + name + "' does not compile: " + e.getMessage(), e);
    }
  }

  /**
   * Calls a function that returns one tensor.
   *
   * @param arguments {@link Tensor}, {@link TensorList}, {@code List<Tensor>}, {@link Operands},
   *     {@link PackedMatrix}, {@code Long}, {@code Integer}, {@code Double}, {@code Boolean},
   *     {@code String} or {@code long[]}
   */
  public Tensor call(String function, Object... arguments) {
    try (IValue result = run(function, arguments)) {
      return new Tensor(result.toTensor(PyTorch.manager()));
    }
  }

  /** Calls a function that returns a {@code List[Tensor]} or a tuple of tensors. */
  public List<Tensor> callList(String function, Object... arguments) {
    try (IValue result = run(function, arguments)) {
      if (!result.isTuple()) {
        return Arrays.stream(result.toTensorArray(PyTorch.manager())).map(Tensor::new).toList();
      }
      List<Tensor> tensors = new ArrayList<>();
      for (IValue part : result.toIValueTuple()) {
        try (part) {
          tensors.add(new Tensor(part.toTensor(PyTorch.manager())));
        }
      }
      return List.copyOf(tensors);
    }
  }

  /**
   * Calls a function through which gradients flow and that returns a {@code List[Tensor]}.
   *
   * <p>Calls of the other kinds run in PyTorch's inference mode, in which nothing is recorded for a
   * derivative. The calling thread must have gradients enabled, see {@link #enableGradients}.
   *
   * @param parameters becomes the function's first argument, a {@code List[Tensor]}
   * @param inputs its further arguments, {@code List[Tensor]} too
   */
  public List<Tensor> callTraining(String function, TensorList parameters, List<Tensor> inputs) {
    try (Tensor named = Tensor.zeros(ElementType.U8, 1)) {
      PtNDArray method = named.array();
      method.setName("module_method:" + function);
      NDList arguments = new NDList(method);
      parameters.tensors().forEach(t -> arguments.add(named(t, "parameters[]")));
      inputs.forEach(t -> arguments.add(named(t, "inputs[]")));
      return NativeCalls.run(() -> IValueUtils.forward(block, arguments, true)).stream()
          .map(array -> new Tensor((PtNDArray) array))
          .toList();
    } catch (ai.djl.engine.EngineException e) {
      throw new IllegalStateException(
          "Script '" + name + "', function '" + function + "': " + e.getMessage(), e);
    }
  }

  /** DJL tells lists of tensors apart by their names. */
  private static PtNDArray named(Tensor tensor, String name) {
    PtNDArray array = tensor.array();
    array.setName(name);
    return array;
  }

  /**
   * Prepares the calling thread for {@link #callTraining}: operators run as they are written,
   * without rewriting of the graph, on {@code intraOpThreads} threads.
   */
  public static void enableGradients(int intraOpThreads) {
    PyTorch.manager();
    CallingThread.prepareForGradients(intraOpThreads);
  }

  /** Calls a function that returns {@link Operands}: its tensors, then its packed matrices. */
  public List<Operand> callOperands(String function, Object... arguments) {
    List<Operand> all = new ArrayList<>();
    try (IValue result = run(function, arguments)) {
      IValue[] both = result.toIValueTuple();
      try (IValue tensors = both[0];
          IValue packed = both[1]) {
        for (PtNDArray tensor : tensors.toTensorArray(PyTorch.manager())) {
          all.add(new Tensor(tensor));
        }
        for (IValue matrix : packed.toIValueArray()) {
          all.add(new PackedMatrix(matrix));
        }
      }
    }
    return List.copyOf(all);
  }

  /** Calls a function for a value that this room goes on with. */
  IValue value(String function, Object... arguments) {
    return run(function, arguments);
  }

  /** Calls a function that returns an {@code int}. */
  public long callLong(String function, Object... arguments) {
    try (IValue result = run(function, arguments)) {
      return result.toLong();
    }
  }

  /** Calls a function that returns an {@link ElementType#I64} tensor: its values, row-major. */
  public long[] callLongs(String function, Object... arguments) {
    try (Tensor values = call(function, arguments).here()) {
      return values.array().toLongArray();
    }
  }

  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      CompiledModules.giveBack(functions);
    }
  }

  /** Compiles functions anew. */
  static PtSymbolBlock load(String functions) {
    return NativeCalls.run(
        () -> {
          try {
            InputStream archive = new ByteArrayInputStream(archive(functions));
            return JniUtils.loadModule(PyTorch.manager(), archive, false, false);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private IValue run(String function, Object... arguments) {
    CallingThread.prepare();
    IValue[] values = new IValue[arguments.length];
    try {
      for (int i = 0; i < arguments.length; i++) {
        values[i] = toValue(arguments[i]);
      }
      return NativeCalls.run(() -> IValueUtils.runMethod(block, function, values));
    } catch (ai.djl.engine.EngineException e) {
      throw NativeMemoryException.or("Script '%s', function '%s'".formatted(name, function), e);
    } finally {
      for (int i = 0; i < arguments.length; i++) {
        if (values[i] != null && !isBound(arguments[i])) {
          values[i].close();
        }
      }
    }
  }

  /** Whether an argument has a value of its own, which outlives the call. */
  private static boolean isBound(Object argument) {
    return argument instanceof TensorList
        || argument instanceof Operands
        || argument instanceof PackedMatrix
        || argument instanceof IValue;
  }

  private static IValue toValue(Object argument) {
    return switch (argument) {
      case Tensor tensor -> IValue.from(tensor.array());
      case TensorList list -> list.value();
      case Operands operands -> operands.value();
      case PackedMatrix matrix -> matrix.value();
      case IValue value -> value;
      case Long number -> IValue.from(number);
      case Integer number -> IValue.from((long) number);
      case Double number -> IValue.from(number);
      case Boolean truth -> IValue.from(truth);
      case String text -> IValue.from(text);
      case long[] numbers -> IValue.listFrom(numbers);
      case List<?> list ->
          IValue.listFrom(list.stream().map(t -> ((Tensor) t).array()).toArray(PtNDArray[]::new));
      default ->
          throw new IllegalArgumentException(
              "A script takes tensors, numbers, truth values and text, not a "
                  + argument.getClass().getName());
    };
  }

  private static byte[] archive(String functions) throws IOException {
    String code =
        "class Script(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n"
            + Operands.expand(functions)
                .replaceAll("(def \\w+\\(self)", "$1: __torch__.Script")
                .indent(2);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "m/data.pkl", EMPTY_MODULE);
      store(zip, "m/code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
      store(zip, "m/constants.pkl", NO_CONSTANTS);
      store(zip, "m/version", "10\n".getBytes(StandardCharsets.US_ASCII));
    }
    return bytes.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
