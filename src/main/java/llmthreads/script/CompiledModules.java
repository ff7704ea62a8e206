package llmthreads.script;

import ai.djl.pytorch.engine.PtSymbolBlock;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What PyTorch has compiled, once for each text: the modules in use, and of the others those that
 * were used last, since a model that is loaded again asks for the same texts again. They hold no
 * weights. Safe for use by several threads; one compiles at a time.
 */
final class CompiledModules {
  /** Modules kept that nobody uses. */
  private static final int SPARE = 16;

  private static final Map<String, Module> MODULES = new LinkedHashMap<>();

  private static final class Module {
    final PtSymbolBlock block;
    int users;

    Module(PtSymbolBlock block) {
      this.block = block;
    }
  }

  private CompiledModules() {}

  /** The module of a text, until {@link #giveBack}. */
  static synchronized PtSymbolBlock take(String text, Function<String, PtSymbolBlock> compiler) {
    Module module = MODULES.remove(text);
    if (module == null) {
      module = new Module(compiler.apply(text));
    }
    MODULES.put(text, module);
    module.users++;
    return module.block;
  }

  /** Called once for each {@link #take}. */
  static synchronized void giveBack(String text) {
    MODULES.get(text).users--;
    long spare = MODULES.values().stream().filter(module -> module.users == 0).count();
    Iterator<Module> oldest = MODULES.values().iterator();
    while (spare > SPARE) {
      Module module = oldest.next();
      if (module.users == 0) {
        oldest.remove();
        module.block.close();
        spare--;
      }
    }
  }
}
