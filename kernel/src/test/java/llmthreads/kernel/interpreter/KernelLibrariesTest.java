package llmthreads.kernel.interpreter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.zeromq.ZMQ;

class KernelLibrariesTest {
  private static final String ZMQ_CLASS = "org/zeromq/ZMQ.class";
  private static final String GSON_CLASS = "com/google/gson/Gson.class";

  private final Path jar = jarOf(ZMQ.class);
  private final ClassLoader all = getClass().getClassLoader();

  @Test
  void a_class_path_is_seen_without_a_jar_and_without_what_lies_in_a_folder() {
    String classPath = String.join(File.pathSeparator, "lib/a.jar", "lib/own/b.jar", "c.jar", "d");
    KernelLibraries libraries = new KernelLibraries("lib/own" + File.pathSeparator + "c.jar");
    assertEquals("lib/a.jar" + File.pathSeparator + "d", libraries.seen(classPath));
    assertEquals(classPath, new KernelLibraries("").seen(classPath));
  }

  @Test
  void what_only_begins_with_the_same_letters_is_seen() {
    assertEquals("lib/owner.jar", new KernelLibraries("lib/own").seen("lib/owner.jar"));
  }

  @Test
  void classes_and_resources_of_a_hidden_jar_are_not_found_and_others_are()
      throws ClassNotFoundException {
    for (String hidden : new String[] {jar.toString(), jar.getParent().toString()}) {
      ClassLoader seen = new SeenLoader(all, new KernelLibraries(hidden));
      assertThrows(ClassNotFoundException.class, () -> seen.loadClass(ZMQ.class.getName()));
      assertNull(seen.getResource(ZMQ_CLASS));
      assertNull(seen.getResourceAsStream(ZMQ_CLASS));
      assertEquals(Gson.class, seen.loadClass(Gson.class.getName()));
      assertEquals(String.class, seen.loadClass("java.lang.String"));
      assertNotNull(seen.getResource(GSON_CLASS));
      assertNotNull(seen.getResource("java/lang/String.class"));
    }
  }

  @Test
  void where_nothing_is_hidden_all_is_found() throws ClassNotFoundException {
    ClassLoader seen = new SeenLoader(all, new KernelLibraries(""));
    assertEquals(ZMQ.class, seen.loadClass(ZMQ.class.getName()));
    assertEquals(all.getResource(ZMQ_CLASS), seen.getResource(ZMQ_CLASS));
  }

  @Test
  void what_is_no_file_is_none_of_them() throws Exception {
    KernelLibraries libraries = new KernelLibraries(jar.toString());
    assertTrue(libraries.has(all.getResource(ZMQ_CLASS)));
    assertFalse(libraries.has(URI.create("jar:https://example.org/a.jar!/a").toURL()));
    assertFalse(libraries.has(URI.create("https://example.org/a").toURL()));
    assertFalse(libraries.has(String.class));
  }

  private static Path jarOf(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }
}
