package llmthreads.kernel.interpreter;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import jdk.jshell.execution.LoaderDelegate;
import jdk.jshell.spi.ExecutionControl.ClassBytecodes;
import jdk.jshell.spi.ExecutionControl.ClassInstallException;
import jdk.jshell.spi.ExecutionControl.InternalException;

/**
 * The class loader of everything that cells define and of the jars that they add. It is the context
 * class loader of cell threads, so that a library finds its services in jars added later.
 */
final class CellLoader extends URLClassLoader {
  private static final Pattern SNIPPET = Pattern.compile("\\$JShell\\$(\\d+)([A-Z]*)\\$");

  /** By the number of the snippet, then by the letter that JShell gives a newer form of it. */
  private static final Comparator<String> LATEST =
      Comparator.<String>comparingInt(name -> Integer.parseInt(snippet(name).group(1)))
          .thenComparing(name -> snippet(name).group(2));

  private final Map<String, byte[]> bytecodes = new ConcurrentHashMap<>();
  private final Map<String, Class<?>> classes = new ConcurrentHashMap<>();

  CellLoader(ClassLoader parent) {
    super("cells", new URL[0], parent);
  }

  void load(ClassBytecodes[] loaded) throws ClassInstallException {
    boolean[] done = new boolean[loaded.length];
    for (ClassBytecodes each : loaded) {
      bytecodes.put(each.name(), each.bytecodes());
    }
    try {
      for (int i = 0; i < loaded.length; i++) {
        Class<?> type = loadClass(loaded[i].name());
        classes.put(loaded[i].name(), type);
        done[i] = true;
        // A class that cannot be linked is reported now, not when it is first used.
        var _ = type.getDeclaredMethods();
      }
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new ClassInstallException("The class cannot be loaded: " + e, done);
    }
  }

  void addToClasspath(String path) throws InternalException {
    for (String element : path.split(java.io.File.pathSeparator)) {
      try {
        addURL(Path.of(element).toUri().toURL());
      } catch (MalformedURLException | IllegalArgumentException e) {
        throw new InternalException("'" + element + "' is no path: " + e.getMessage());
      }
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] code = bytecodes.get(name);
    return code == null ? super.findClass(name) : defineClass(name, code, 0, code.length);
  }

  /** The class of a snippet, which {@link #load} has seen before. */
  Class<?> snippetClass(String name) throws ClassNotFoundException {
    Class<?> type = classes.get(name);
    if (type == null) {
      throw new ClassNotFoundException(name + " is not loaded");
    }
    return type;
  }

  /** The class file of a type, by the name that a cell has given it, or by its full name. */
  Optional<byte[]> bytecode(String type) {
    Optional<String> declared =
        bytecodes.keySet().stream()
            .filter(name -> name.endsWith("$" + type.replace('.', '$')))
            .filter(name -> SNIPPET.matcher(name).find())
            .max(LATEST);
    String name = declared.orElse(type.contains(".") ? type : "java.lang." + type);
    try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public InputStream getResourceAsStream(String name) {
    byte[] code =
        name.endsWith(".class")
            ? bytecodes.get(name.substring(0, name.length() - 6).replace('/', '.'))
            : null;
    return code == null ? super.getResourceAsStream(name) : new ByteArrayInputStream(code);
  }

  private static MatchResult snippet(String name) {
    return SNIPPET.matcher(name).results().findFirst().orElseThrow();
  }

  /** The same as JShell's execution control sees it. */
  LoaderDelegate delegate() {
    return new LoaderDelegate() {
      @Override
      public void load(ClassBytecodes[] loaded) throws ClassInstallException {
        CellLoader.this.load(loaded);
      }

      @Override
      public void classesRedefined(ClassBytecodes[] redefined) {
        for (ClassBytecodes each : redefined) {
          bytecodes.put(each.name(), each.bytecodes());
        }
      }

      @Override
      public void addToClasspath(String path) throws InternalException {
        CellLoader.this.addToClasspath(path);
      }

      @Override
      public Class<?> findClass(String name) throws ClassNotFoundException {
        return snippetClass(name);
      }
    };
  }
}
