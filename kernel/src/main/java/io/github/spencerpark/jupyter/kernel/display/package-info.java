/**
 * How IJava's notebooks tell the kernel to show values of their types. New ones register a {@link
 * llmthreads.kernel.display.Renderer}.
 */
package io.github.spencerpark.jupyter.kernel.display;
