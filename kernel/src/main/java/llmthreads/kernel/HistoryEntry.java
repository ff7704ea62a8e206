package llmthreads.kernel;

/**
 * A cell that was run.
 *
 * @param session which run of a kernel it belongs to; counts from 1 over all kernels of a user
 * @param line its execution count
 * @param source its text
 */
record HistoryEntry(int session, int line, String source) {}
