package llmthreads.peers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import llmthreads.model.Precision;

/**
 * An engine that is compared, with one form of the weights, in a process of its own.
 *
 * @param engine its name
 * @param form of the weights
 * @param command that starts a process which speaks as {@link PeerServer} says
 */
record Peer(String engine, Form form, List<String> command) {
  static final String OURS = "llm-threads";
  static final String PLAIN = "DJL NDArray";
  static final String JLAMA = "Jlama";
  static final String LLAMA_CPP = "llama.cpp";
  private static final String TRANSFORMERS = "transformers";

  /** All there are, this engine's own first. */
  static List<Peer> all(String python) {
    List<Peer> peers = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      List<String> ours = java(EnginePeer.class.getName(), precision.name());
      peers.add(new Peer(OURS, Form.of(precision), ours));
    }
    peers.add(new Peer(PLAIN, Form.F32, java(NdArrayPeer.class.getName())));
    for (Form form : List.of(Form.F32, Form.BF16)) {
      peers.add(new Peer(JLAMA, form, jlama(form)));
      List<String> plain = jlama(form, "-Djlama.force_panama_tensor_operations=true");
      peers.add(new Peer(JLAMA + " without natives", form, plain));
    }
    for (Form form : List.of(Form.F32, Form.BF16, Form.Q8_0, Form.Q4_0)) {
      peers.add(new Peer(LLAMA_CPP, form, python(python, LLAMA_CPP, form)));
    }
    for (Form form : List.of(Form.F32, Form.BF16)) {
      peers.add(new Peer(TRANSFORMERS, form, python(python, TRANSFORMERS, form)));
    }
    return peers;
  }

  private static List<String> java(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseParallelGC"));
    command.add("-Dai.djl.offline=true");
    command.addAll(List.of(arguments));
    return command;
  }

  private static List<String> jlama(Form form, String... options) {
    List<String> command = new ArrayList<>(java("--add-modules=jdk.incubator.vector"));
    command.addAll(List.of(options));
    command.addAll(List.of("test/jlama/JlamaPeer.java", form.label()));
    return command;
  }

  private static List<String> python(String python, String engine, Form form) {
    return List.of(python, "test/python/peers.py", engine, form.label());
  }

  /** Engine and form in words. */
  String label() {
    return engine + " " + form.label();
  }

  /**
   * Whether an option names it: {@code llama.cpp} for all forms, {@code llama.cpp:q8_0} for one.
   */
  boolean named(String option) {
    String name = engine.toLowerCase(Locale.ROOT).replace(' ', '-');
    return option.equals(name) || option.equals(name + ":" + form.label());
  }

  /** What it is told to load. */
  Path file(Path model) {
    return engine.equals(LLAMA_CPP) ? form.gguf(model) : form.folder(model);
  }
}
