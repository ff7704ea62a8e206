/**
 * Comms: lines between cells and what a client shows, over which both sides send messages at any
 * time.
 */
package llmthreads.kernel.comm;
