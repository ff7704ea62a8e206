package llmthreads.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import llmthreads.device.Device;
import llmthreads.device.Processor;

/**
 * How a linear layer is computed: the one place where that is decided. A kernel stores a matrix
 * once in a layout of its own, in one tensor or several, and says in TorchScript how rows are
 * multiplied with it. What a machine has is tried once, at first use.
 */
public sealed interface LinearKernel permits FloatKernel, PiecewiseKernel, Int8Kernel, Int4Kernel {
  /**
   * The fastest kernel that this machine has for a precision.
   *
   * @throws ModelException when it has none
   */
  static LinearKernel best(Precision precision) {
    return Optional.ofNullable(KernelProbe.BEST.get(precision))
        .orElseThrow(
            () ->
                new ModelException(
                    "This machine has no products in %s: load the model in F32"
                        .formatted(precision)));
  }

  /**
   * The fastest kernel that a device has for a precision.
   *
   * @param inputs of its matrices
   * @throws ModelException when it has none
   */
  static LinearKernel best(Precision precision, Device device, int... inputs) {
    if (!device.isGpu()) {
      LinearKernel best = best(precision);
      return best == FloatKernel.PACKED
          ? PiecewiseKernel.of(precision.activations(), inputs)
          : best;
    }
    return switch (precision) {
      case F32, BF16 -> FloatKernel.GPU;
      case INT8, INT4 ->
          throw new ModelException(
              "There are no products in %s on %s, only on the processor: load the model in BF16, or on the device cpu:0"
                  .formatted(precision, device));
    };
  }

  /**
   * Whether this machine has a kernel for a precision. Without one, BF16 is emulated, slower than
   * F32, and integers are refused.
   */
  static boolean has(Precision precision) {
    return precision == Precision.F32
        || KernelProbe.BEST.containsKey(precision) && best(precision) != FloatKernel.PLAIN;
  }

  /**
   * The precision of a model for which none is asked: BF16 where the processor multiplies it, which
   * is as accurate as F32, half as large, and faster at every batch; F32 elsewhere. INT8 is faster
   * and loses nothing on the embedded model's tasks either, but on a published encoder it shows:
   * there its vectors' cosines with F32's are 0.994 in the mean and 0.960 at least, where BF16's
   * are at least 0.9998. So it is left to who asks for it.
   */
  static Precision preferred() {
    return fast(Precision.BF16) ? Precision.BF16 : Precision.F32;
  }

  /** The same for a device: a GPU multiplies BF16 several times faster than F32, and reads half. */
  static Precision preferred(Device device) {
    return device.isGpu() ? Precision.BF16 : preferred();
  }

  /** What {@link #notices(Precision)} says, for a device. */
  static List<String> notices(Precision precision, Device device) {
    return device.isGpu()
        ? List.of(
            "On %s the same text may get other last bits in another batch: there a product's size decides in which order its sums are taken"
                .formatted(device))
        : notices(precision);
  }

  /**
   * Sentences for who asks for a precision: that it is emulated here, or slower than it may be, and
   * that a sequence's bits may depend on the batch. None when there is nothing to say.
   */
  static List<String> notices(Precision precision) {
    List<String> notices = new ArrayList<>();
    if (!fast(precision)) {
      notices.add(
          switch (precision) {
            case F32, INT8 -> throw new IllegalStateException(precision + " is fast");
            case BF16 ->
                "This processor is not known to multiply BF16: it is emulated, in half of F32's"
                    + " memory, but slower; F32 is the fastest here";
            case INT4 ->
                "INT4 takes a sixth of F32's memory, and is faster with a few rows at once only:"
                    + " its weights are widened anew for every four";
          });
    }
    if (best(precision) == FloatKernel.PLAIN) {
      notices.add(
          "This machine has no packed products in %s: the same text may get other last bits in another batch"
              .formatted(precision));
    }
    return List.copyOf(notices);
  }

  /**
   * Whether choosing a precision makes a run faster whatever the batch. INT4 gains with a few rows
   * at once only, since its weights are widened for every four rows anew; it saves memory
   * everywhere.
   */
  static boolean fast(Precision precision) {
    return has(precision)
        && switch (precision) {
          case F32, INT8 -> true;
          case BF16 -> Processor.here().multipliesBfloat16();
          case INT4 -> false;
        };
  }

  /**
   * Whether it is for a GPU, where every operator costs a launch: then operators are as few and as
   * large as can be, and attention is one of them. On a CPU they are as {@link DecoderScript} says.
   */
  default boolean isForGpu() {
    return false;
  }

  /** How many operands hold a matrix. */
  int parts();

  /** A part of a matrix, at a place among operands, as an expression. */
  default String part(String operands, String place) {
    return "%s[0][%s]".formatted(operands, place);
  }

  /** The kernel of the matrix that makes logits. */
  default LinearKernel head() {
    return this;
  }

  /**
   * Refuses a matrix that the kernel cannot hold.
   *
   * @throws ModelException which says what to do instead
   */
  default void check(long outputs, long inputs) {}

  /**
   * TorchScript that stores a matrix: {@code room} makes tensors for a type of activations, {@code
   * place} writes a block of rows, which begins at a multiple of 64, and {@code pack} makes the
   * matrix's operands of them.
   */
  String packing();

  /** TorchScript functions that {@link #product} calls; none unless told. */
  default String helpers() {
    return "";
  }

  /**
   * Rows times a matrix, as an expression of expressions.
   *
   * @param parts the operands that hold the matrix
   * @param bias added to the outputs, or {@code None}
   */
  String product(String x, List<String> parts, String bias);

  /** The same with something added to it. */
  default String productAdd(String x, String other, List<String> parts, String bias) {
    return "torch.add_(%s, %s)".formatted(product(x, parts, bias), other);
  }

  /** The same with GELU behind it, where the kernel computes that too for so many inputs. */
  default Optional<String> productGelu(
      int inputs, String x, List<String> parts, String bias, Gelu gelu) {
    return Optional.empty();
  }

  /**
   * TorchScript for single products: {@code packed(w)} gives the operands of a matrix {@code
   * [outputs, inputs]}, {@code linear(x, W, o)} multiplies rows {@code x} with the one whose {@link
   * #parts} lie among operands from {@code o} on.
   */
  default String functions() {
    List<String> parts =
        IntStream.range(0, parts())
            .mapToObj(part -> part("W", "torch.add(o, %d)".formatted(part)))
            .toList();
    return packing()
        + helpers()
        + """
        def packed(self, w: Tensor) -> Operands:
          parts = self.room(torch.size(w, 0), torch.size(w, 1), ops.prim.dtype(w))
          _0 = self.place(parts, 0, w)
          return self.pack(parts)

        def linear(self, x: Tensor, W: Operands, o: int) -> Tensor:
          return %s
        """
            .formatted(product("x", parts, "None"));
  }
}
