package llmthreads.kernel.interpreter;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/**
 * The types that code may import: those of the JDK and of the class path, nested ones left out. It
 * is made when it is first asked, since few sessions need it. Used by one thread at a time.
 */
final class TypeIndex {
  private static final String CLASS = ".class";
  private static final int MAX_FOUND = 20;

  private final ClassLoader loader;
  private final Supplier<List<Path>> added;

  /** Qualified names, {@code java.…} first, then the JDK's others. */
  private final List<String> names = new ArrayList<>();

  private int elementsRead;

  /**
   * @param added what has been added to the class path of the process
   */
  TypeIndex(ClassLoader loader, Supplier<List<Path>> added) {
    this.loader = loader;
    this.added = added;
  }

  /** Qualified names of public types whose simple names begin so, the shortest names first. */
  List<String> beginningWith(String begun) {
    return find(simple -> simple.startsWith(begun));
  }

  /** Qualified names of public types with a simple name. */
  List<String> named(String simpleName) {
    return find(simpleName::equals);
  }

  private List<String> find(Predicate<String> fits) {
    readWhatIsNew();
    return names.stream()
        .filter(each -> fits.test(simpleName(each)))
        .sorted(Comparator.comparingInt(each -> simpleName(each).length()))
        .filter(this::isPublic)
        .distinct()
        .limit(MAX_FOUND)
        .toList();
  }

  static String simpleName(String qualified) {
    return qualified.substring(qualified.lastIndexOf('.') + 1);
  }

  private boolean isPublic(String name) {
    try {
      return Modifier.isPublic(Class.forName(name, false, loader).getModifiers());
    } catch (ClassNotFoundException | LinkageError e) {
      return false; // It cannot be used, so nobody wants to import it.
    }
  }

  private void readWhatIsNew() {
    if (names.isEmpty()) {
      ModuleFinder.ofSystem().findAll().forEach(this::readModule);
      names.sort(
          Comparator.comparing((String each) -> !each.startsWith("java."))
              .thenComparing(Comparator.naturalOrder()));
    }
    List<Path> elements = new ArrayList<>();
    for (String each : System.getProperty("java.class.path").split(File.pathSeparator)) {
      elements.add(Path.of(each));
    }
    elements.addAll(added.get());
    elements.subList(elementsRead, elements.size()).forEach(this::readElement);
    elementsRead = elements.size();
  }

  private void readModule(ModuleReference module) {
    Set<String> exported =
        module.descriptor().exports().stream()
            .filter(each -> !each.isQualified())
            .map(ModuleDescriptor.Exports::source)
            .collect(Collectors.toSet());
    try (ModuleReader reader = module.open();
        Stream<String> files = reader.list()) {
      add(files, exported);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A jar or a folder; one that cannot be read has nothing to import. */
  private void readElement(Path element) {
    try {
      if (Files.isDirectory(element)) {
        try (Stream<Path> files = Files.walk(element)) {
          add(files.map(each -> element.relativize(each).toString().replace('\\', '/')), null);
        }
      } else if (Files.isRegularFile(element)) {
        try (ZipFile jar = new ZipFile(element.toFile())) {
          add(jar.stream().map(each -> each.getName()), null);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      // JShell has told of it, if it matters.
    }
  }

  private void add(Stream<String> files, Set<String> packages) {
    files
        .filter(each -> each.endsWith(CLASS) && each.indexOf('$') < 0 && each.indexOf('-') < 0)
        .map(each -> each.substring(0, each.length() - CLASS.length()).replace('/', '.'))
        .filter(each -> each.indexOf('.') > 0)
        .filter(
            each -> packages == null || packages.contains(each.substring(0, each.lastIndexOf('.'))))
        .forEach(names::add);
  }
}
