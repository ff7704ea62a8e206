package llmthreads.kernel.interpreter;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/** The kernel's class loader as cells see it: without the kernel's own libraries. */
final class SeenLoader extends ClassLoader {
  private final KernelLibraries hidden;

  SeenLoader(ClassLoader parent, KernelLibraries hidden) {
    super("kernel", parent);
    this.hidden = hidden;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    Class<?> found = super.loadClass(name, resolve);
    if (found.getClassLoader() == getParent() && hidden.has(found)) {
      throw new ClassNotFoundException(name + " is the kernel's own");
    }
    return found;
  }

  @Override
  public URL getResource(String name) {
    try {
      Enumeration<URL> found = getResources(name);
      return found.hasMoreElements() ? found.nextElement() : null;
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    List<URL> found = Collections.list(super.getResources(name));
    return Collections.enumeration(found.stream().filter(each -> !hidden.has(each)).toList());
  }
}
