/** Texts to vectors and classes, by encoders. */
package llmthreads.encode;
