package llmthreads.train.task;

import java.util.List;
import java.util.random.RandomGenerator;

/** Sums and differences of whole numbers below one hundred, none negative. */
final class Arithmetic implements Task {
  @Override
  public String name() {
    return "arithmetic";
  }

  @Override
  public Example example(RandomGenerator random) {
    int a = random.nextInt(100);
    int b = random.nextInt(100);
    int high = Math.max(a, b);
    int low = Math.min(a, b);
    boolean sum = random.nextBoolean();
    String prompt = sum ? "compute: " + a + "+" + b : "compute: " + high + "-" + low;
    int answer = sum ? a + b : high - low;
    return new Example(name(), prompt, Integer.toString(answer), high + (sum ? "+" : "-") + low);
  }

  @Override
  public List<String> words() {
    return List.of("compute");
  }
}
