package io.github.spencerpark.ijava;

import llmthreads.kernel.display.Display;
import llmthreads.kernel.display.KernelInstance;

/** Where IJava's notebooks get the kernel from. */
public final class IJava {
  private IJava() {}

  /**
   * The kernel that runs this cell.
   *
   * @throws IllegalStateException if no kernel runs in this JVM
   */
  public static KernelInstance getKernelInstance() {
    return Display.getKernelInstance();
  }
}
