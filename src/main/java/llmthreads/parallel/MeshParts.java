package llmthreads.parallel;

import java.util.ArrayList;
import java.util.List;
import llmthreads.generate.Completion;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.model.LanguageModel;
import llmthreads.model.StepRunner;

/**
 * Hybrid parallelism as a strategy, made of the others: replicas take prompts from one queue, each
 * is a row of {@link LayerStages}, and each stage a {@link Team} that computes its steps together.
 *
 * @param stages of the model, which all replicas share
 */
record MeshParts(
    LanguageModel model,
    Mesh mesh,
    List<ShardedStage> stages,
    GenerateOptions options,
    int microBatches)
    implements GenerationStrategy<MeshParts.Part> {
  /**
   * One worker's place.
   *
   * @param replica the stages of its replica, and what they share
   * @param team of its stage
   */
  record Part(Mesh.Place place, Replica replica, Team team) {}

  /** A row of stages. */
  record Replica(LayerStages strategy, LayerStages.Part part) {}

  @Override
  public List<Part> split(List<Prompt> prompts, int workers) {
    WorkSource<Prompt> source = Balance.<Prompt>of(Schedule.QUEUE, mesh.data()).source(prompts);
    List<Part> parts = new ArrayList<>();
    for (int data = 0; data < mesh.data(); data++) {
      List<Team> teams = new ArrayList<>();
      List<StepRunner.Source> runners = new ArrayList<>();
      for (ShardedStage stage : stages) {
        Team team = new Team(mesh.tensor());
        teams.add(team);
        runners.add(stage.runners(team));
      }
      LayerStages strategy = new LayerStages(model, runners, options, microBatches);
      int replica = data;
      LayerStages.Part shared =
          strategy.part(
              () -> source.next(replica),
              source.share(replica),
              Prompt.longest(source.reach(replica)));
      for (int member = 0; member < mesh.pipeline() * mesh.tensor(); member++) {
        Mesh.Place place = mesh.place(parts.size());
        parts.add(new Part(place, new Replica(strategy, shared), teams.get(place.stage())));
      }
    }
    return parts;
  }

  @Override
  public List<Completion> compute(Part part, Worker worker) throws Exception {
    Worker shard = worker.as(part.place.shard(), mesh.tensor());
    Worker stage = worker.as(part.place.stage(), mesh.pipeline());
    return part.team.run(
        shard, () -> part.replica.strategy.compute(part.replica.part, stage), List.of());
  }
}
