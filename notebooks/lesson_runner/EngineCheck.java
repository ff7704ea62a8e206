import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

/**
 * Loads the engine once, so that its libraries are unpacked before the first cell asks for them.
 */
class EngineCheck {
  public static void main(String[] arguments) {
    try (NDManager manager = NDManager.newBaseManager()) {
      manager.ones(new ai.djl.ndarray.types.Shape(2, 2)).sum().getFloat();
    }
    System.out.println(Engine.getInstance().getVersion());
  }
}
