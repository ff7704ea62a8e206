package llmthreads.model;

/** {@code x·Φ(x)} (Hendrycks and Gimpel, arXiv 1606.08415). */
public enum Gelu {
  /** By the error function. */
  EXACT("none"),
  /** By a tanh that comes near it. */
  TANH("tanh");

  private final String form;

  Gelu(String form) {
    this.form = form;
  }

  /** Its name among PyTorch's arguments. */
  String form() {
    return form;
  }
}
