package llmthreads.peers;

import java.nio.file.Path;
import java.util.Locale;
import llmthreads.measure.StepWork;
import llmthreads.model.Config;
import llmthreads.model.Precision;

/** In which numbers an engine keeps a model's weights. */
enum Form {
  F32(32),
  BF16(16),
  INT8(8),
  /** This engine's: 32 numbers of 4 bits, a factor and a zero of 16. */
  INT4(5),
  /** llama.cpp's: 32 numbers of 8 bits and a factor of 16. */
  Q8_0(8.5),
  /** llama.cpp's: 32 numbers of 4 bits and a factor of 16. */
  Q4_0(4.5);

  private final double bits;

  Form(double bits) {
    this.bits = bits;
  }

  /** The one in which this engine computes at a precision. */
  static Form of(Precision precision) {
    return valueOf(precision.name());
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The folder from which it is loaded: of single precision, or else of bfloat16. */
  Path folder(Path model) {
    return model.resolve(this == F32 ? "f32" : "bf16");
  }

  /** What llama.cpp loads. */
  Path gguf(Path model) {
    return model.resolve(label() + ".gguf");
  }

  /** The least work of a step, see {@link StepWork#of}, when all that is read is in this form. */
  StepWork work(Config config, int sequences, int tokens, int past) {
    StepWork single = StepWork.of(config, Precision.F32, sequences, tokens, past);
    return new StepWork(single.flops(), single.bytes() * bits / 32);
  }
}
