package llmthreads.peers;

/**
 * A model in the hands of one engine, as a {@link PeerServer} drives it. Sequences are all of one
 * length and greedy. Who loads it closes it.
 */
public interface PeerModel extends AutoCloseable {
  /** How many tokens it knows. */
  int vocabulary();

  /**
   * Forgets all sequences and makes room for others; not timed.
   *
   * @param rows sequences
   * @param room positions of each
   */
  void open(int rows, int room);

  /**
   * Reads the sequences' first tokens.
   *
   * @param tokens {@code [rows][tokens]}
   * @return the likeliest next token of each row
   */
  int[] prompt(int[][] tokens);

  /**
   * Reads one token more of each sequence.
   *
   * @return the likeliest next token of each row
   */
  int[] step(int[] tokens);

  @Override
  void close();
}
