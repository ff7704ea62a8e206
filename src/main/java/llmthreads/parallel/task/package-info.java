/**
 * Task parallelism: tasks with dependencies, priorities and deadlines, and the workers that run
 * them.
 */
package llmthreads.parallel.task;
