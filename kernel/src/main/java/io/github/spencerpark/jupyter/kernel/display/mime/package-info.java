/** The forms that IJava's notebooks can ask for. */
package io.github.spencerpark.jupyter.kernel.display.mime;
