package llmthreads.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Lets another process measure a model, by lines: it is told
 *
 * <pre>
 * load FOLDER              the model's weights, from the disk
 * begin ROWS TOKENS ROOM   so many sequences of so many tokens, and room for more behind them
 * decode STEPS             so many tokens more of each
 * quit
 * </pre>
 *
 * <p>and says, once it is there and then to each of them, {@code peer: ok MS TOKEN…}: what it took,
 * in milliseconds, and the likeliest tokens, step by step and row by row; or {@code peer: no} and a
 * sentence about what it cannot do. It ends with its input. {@code peers.py} speaks the same.
 */
public final class PeerServer {
  /** Every line that is meant for the parent begins so. */
  static final String MARK = "peer: ";

  private final Loader loader;
  private PeerModel model;
  private int[] last = {};

  private PeerServer(Loader loader) {
    this.loader = loader;
  }

  /** Reads a model. */
  @FunctionalInterface
  public interface Loader {
    /** The model of a folder in the published layout. */
    PeerModel load(Path folder) throws IOException;
  }

  /** Answers until the input ends, on this thread. */
  public static void serve(Loader loader) {
    PeerServer server = new PeerServer(loader);
    say("ok 0");
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.equals("quit")) {
          break;
        }
        say(server.answer(line.split(" ", 2)));
      }
    } catch (IOException e) {
      say("no " + e);
    } finally {
      if (server.model != null) {
        server.model.close();
      }
    }
  }

  private String answer(String... command) {
    try {
      return switch (command[0]) {
        case "load" -> load(Path.of(command[1]));
        case "begin" -> begin(numbers(command[1]));
        case "decode" -> decode(numbers(command[1])[0]);
        default -> "no there is no command '%s'".formatted(command[0]);
      };
    } catch (IOException | RuntimeException e) {
      return "no " + String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    }
  }

  private String load(Path folder) throws IOException {
    long began = System.nanoTime();
    model = loader.load(folder);
    return ok(began);
  }

  private String begin(int... rowsTokensRoom) {
    int rows = rowsTokensRoom[0];
    int tokens = rowsTokensRoom[1];
    model.open(rows, tokens + rowsTokensRoom[2]);
    int[][] prompts = new int[rows][tokens];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < tokens; i++) {
        prompts[row][i] = (row * 7919 + i * 97 + 13) % model.vocabulary();
      }
    }
    long began = System.nanoTime();
    last = model.prompt(prompts);
    return ok(began, last);
  }

  private String decode(int steps) {
    int[][] tokens = new int[steps][];
    long began = System.nanoTime();
    for (int step = 0; step < steps; step++) {
      last = model.step(last);
      tokens[step] = last;
    }
    return ok(began, tokens);
  }

  private static String ok(long began, int[]... tokens) {
    double ms = (System.nanoTime() - began) / 1e6;
    return "ok "
        + ms
        + Arrays.stream(tokens)
            .flatMapToInt(Arrays::stream)
            .mapToObj(token -> " " + token)
            .collect(Collectors.joining());
  }

  private static int[] numbers(String words) {
    return Arrays.stream(words.split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  private static void say(String line) {
    System.out.println(MARK + line);
    System.out.flush();
  }
}
