/** What workers exchange: barriers and the collective operations on arrays. */
package llmthreads.parallel.collective;
