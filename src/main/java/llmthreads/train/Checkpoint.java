package llmthreads.train;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/** The state of a training run after a step: parameters and the optimiser's moments, by name. */
public record Checkpoint(long step, Map<String, float[]> tensors) {
  /** Writes the file as a whole or not at all. */
  public void write(Path file) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished), 1 << 20))) {
      out.writeLong(step);
      out.writeInt(tensors.size());
      for (Map.Entry<String, float[]> tensor : tensors.entrySet()) {
        out.writeUTF(tensor.getKey());
        out.writeInt(tensor.getValue().length);
        ByteBuffer bytes = ByteBuffer.allocate(tensor.getValue().length * 4);
        bytes.asFloatBuffer().put(tensor.getValue());
        out.write(bytes.array());
      }
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Reads what {@link #write} wrote. */
  public static Checkpoint read(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 20))) {
      long step = in.readLong();
      int count = in.readInt();
      Map<String, float[]> tensors = new LinkedHashMap<>();
      for (int i = 0; i < count; i++) {
        String name = in.readUTF();
        float[] values = new float[in.readInt()];
        ByteBuffer.wrap(in.readNBytes(values.length * 4)).asFloatBuffer().get(values);
        tensors.put(name, values);
      }
      return new Checkpoint(step, tensors);
    }
  }
}
