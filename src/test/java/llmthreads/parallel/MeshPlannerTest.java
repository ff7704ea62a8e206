package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import llmthreads.device.Device;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MeshPlannerTest {
  private static final Config CONFIG =
      new Config(157, 96, 3, 4, 2, 32, 96, 96, 1e-5, 10_000, true, -1, List.of());
  private static final LanguageModel MODEL =
      LanguageModel.of(CONFIG, new RandomWeights(3), Precision.F32);
  private static final List<Device> FOUR = List.of(new Device(Device.Kind.CPU, 0, 4));

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @Test
  void every_mesh_that_fits_is_weighed_and_the_fastest_comes_first() {
    MeshPlan plan = new MeshPlanner(MODEL, FOUR).propose(8, OptionalLong.empty());
    Set<String> weighed =
        plan.candidates().stream().map(c -> c.mesh().toString()).collect(Collectors.toSet());
    assertTrue(
        weighed.containsAll(
            Set.of("1 × 1 × 1", "4 × 1 × 1", "1 × 3 × 1", "1 × 1 × 2", "1 × 2 × 2", "2 × 1 × 2")),
        weighed.toString());
    assertTrue(weighed.stream().noneMatch(mesh -> mesh.endsWith("3") || mesh.contains("× 4 ×")));
    for (int i = 1; i < plan.candidates().size(); i++) {
      MeshPlan.Candidate slower = plan.candidates().get(i);
      assertTrue(slower.tokensPerSecond() <= plan.candidates().get(i - 1).tokensPerSecond());
    }
    assertTrue(plan.refused().stream().anyMatch(why -> why.contains("2 key-value heads")));
    assertTrue(plan.why().startsWith(plan.best().mesh() + " promises"), plan.why());
  }

  @Test
  void a_worker_without_room_for_the_model_gets_a_part_of_it() {
    long whole = MODEL.weights().bytes();
    MeshPlan plan = new MeshPlanner(MODEL, FOUR).propose(8, OptionalLong.of(whole * 2 / 3));
    assertTrue(
        plan.candidates().stream().allMatch(c -> c.mesh().pipeline() * c.mesh().tensor() > 1));
    String told =
        assertThrows(
                IllegalArgumentException.class,
                () -> new MeshPlanner(MODEL, FOUR).propose(8, OptionalLong.of(1000)))
            .getMessage();
    assertTrue(told.startsWith("No mesh fits.") && told.contains("the limit is 1000"), told);
  }

  @Test
  void no_replica_stays_without_a_sequence() {
    MeshPlan plan = new MeshPlanner(MODEL, FOUR).propose(1, OptionalLong.empty());
    assertTrue(plan.candidates().stream().allMatch(c -> c.mesh().data() == 1));
    assertEquals(1, plan.best().microBatches());
    assertTrue(plan.best().reason().startsWith("1 sequence at a time takes "), plan.why());
  }

  @Test
  void a_slow_round_does_not_decide_for_any_stage() {
    List<double[]> rounds =
        List.of(new double[] {1, 90}, new double[] {2, 5}, new double[] {80, 4});
    assertArrayEquals(new double[] {2, 5}, MeshPlanner.middle(rounds));
  }
}
