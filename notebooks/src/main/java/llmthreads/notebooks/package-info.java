/**
 * What makes the kernel {@code llm-threads} more than {@code java}: how tables and figures are
 * shown, a progress bar, and the imports that lessons begin with.
 */
package llmthreads.notebooks;
