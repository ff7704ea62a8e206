/**
 * Measuring honestly: timings with raw samples and intervals, laws that predict them, the
 * environment they were taken in, and records of runs that can be compared later. How a figure is
 * drawn is not known here.
 */
package llmthreads.measure;
