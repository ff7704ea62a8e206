package llmthreads.kernel.wire;

import zmq.Msg;
import zmq.msg.MsgAllocator;
import zmq.msg.MsgAllocatorThreshold;

/**
 * Gives ZeroMQ the memory of frames that arrive. It is asked before a frame is there, by the length
 * that whoever sends it claims, known or not; where it threw, ZeroMQ's thread would spin or die and
 * the kernel be deaf. So a frame that there is no memory for becomes an empty one, and what was to
 * be its bytes is not understood and ends the connection.
 */
final class FrameAllocator implements MsgAllocator {
  private final MsgAllocator memory = new MsgAllocatorThreshold();
  private final Complaints complaints;

  FrameAllocator(Complaints complaints) {
    this.complaints = complaints;
  }

  @Override
  public Msg allocate(int bytes) {
    try {
      return memory.allocate(bytes);
    } catch (IllegalArgumentException | NegativeArraySizeException | OutOfMemoryError e) {
      complaints.tell("A frame was dropped that claims to be too long for the memory: " + e + ".");
      return new Msg(0);
    }
  }
}
