/**
 * What workers exchange: barriers and the collective operations on arrays; clocks that bound how
 * far they drift apart, and numbers that all of them change.
 */
package llmthreads.parallel.collective;
