package llmthreads.parallel;

/**
 * A grid of workers: replicas of the model, each cut into stages, each of those into shards.
 *
 * @param data replicas that share the prompts
 * @param pipeline stages of a replica, cut by layer
 * @param tensor shards of a stage, cut by feature map
 */
public record Mesh(int data, int pipeline, int tensor) {
  /** Checks that every side has at least one worker. */
  public Mesh {
    if (data < 1 || pipeline < 1 || tensor < 1) {
      throw new IllegalArgumentException(
          "Every side of a mesh is at least 1: data %d, pipeline %d, tensor %d"
              .formatted(data, pipeline, tensor));
    }
  }

  /**
   * A mesh that takes just so many workers.
   *
   * @throws IllegalArgumentException when its product is another
   */
  public static Mesh of(int workers, int data, int pipeline, int tensor) {
    Mesh mesh = new Mesh(data, pipeline, tensor);
    if (mesh.workers() != workers) {
      throw new IllegalArgumentException(
          "A mesh of %s has %d workers, not %d".formatted(mesh, mesh.workers(), workers));
    }
    return mesh;
  }

  /** How many workers. */
  public int workers() {
    return Math.multiplyExact(Math.multiplyExact(data, pipeline), tensor);
  }

  /**
   * Where a worker stands.
   *
   * @param data its replica
   * @param stage in the replica
   * @param shard of the stage
   */
  public record Place(int data, int stage, int shard) {}

  /** The place of a worker: shards of a stage are next to each other, then stages. */
  public Place place(int worker) {
    return new Place(worker / (pipeline * tensor), worker / tensor % pipeline, worker % tensor);
  }

  @Override
  public String toString() {
    return "%d × %d × %d".formatted(data, pipeline, tensor);
  }
}
