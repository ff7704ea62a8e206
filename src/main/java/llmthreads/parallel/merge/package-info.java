/** How results of several workers become one: averages, fused features, several scales. */
package llmthreads.parallel.merge;
