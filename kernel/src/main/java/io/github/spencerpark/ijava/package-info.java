/**
 * What notebooks import that were written for IJava: its names, over this kernel's own functions,
 * so that they run unchanged. New notebooks call {@link llmthreads.kernel.display.Display} instead.
 */
package io.github.spencerpark.ijava;
