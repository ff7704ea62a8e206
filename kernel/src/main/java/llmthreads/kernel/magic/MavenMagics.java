package llmthreads.kernel.magic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.maven.model.Repository;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.util.artifact.JavaScopes;

/** {@code %maven}, {@code %mavenRepo} and {@code %loadFromPOM}: libraries by their coordinates. */
public final class MavenMagics {
  private static final List<String> AT_RUN_TIME = List.of(JavaScopes.COMPILE, JavaScopes.RUNTIME);

  private final Session session;
  private final Maven maven = new Maven(MavenSettings.userFile());

  private MavenMagics(Session session) {
    this.session = session;
  }

  /** Adds them to a session. */
  public static void register(Magics magics, Session session) {
    MavenMagics maven = new MavenMagics(session);
    for (String name : List.of("maven", "addMavenDependency", "addMavenDependencies")) {
      magics.line(name, maven::dependencies);
    }
    magics.line("mavenRepo", maven::repository);
    magics.line("addMavenRepo", maven::repository);
    magics.line("loadFromPOM", maven::pomFile);
    magics.cell("loadFromPOM", (scopes, body) -> maven.pom(body.text(), words(scopes)));
  }

  private Object dependencies(String arguments) throws MagicException {
    if (arguments.isEmpty()) {
      throw new MagicException(
          "%maven needs coordinates, such as %maven org.apache.commons:commons-math3:3.6.1.");
    }
    List<Dependency> wanted = new ArrayList<>();
    for (String each : words(arguments)) {
      wanted.add(Maven.dependency(each));
    }
    return add(wanted, List.of());
  }

  private Object repository(String arguments) throws MagicException {
    List<String> words = words(arguments);
    if (words.size() != 2 || !words.getLast().contains(":")) {
      throw new MagicException("%mavenRepo needs a name and an address: %mavenRepo NAME URL.");
    }
    maven.addRepository(words.getFirst(), words.getLast());
    return null;
  }

  /** {@code %loadFromPOM FILE SCOPE…} */
  private Object pomFile(String arguments) throws MagicException {
    List<String> words = words(arguments);
    Path file = Paths.of(words.isEmpty() ? "pom.xml" : words.getFirst());
    try {
      return pom(Files.readString(file), words.subList(Math.min(1, words.size()), words.size()));
    } catch (IOException e) {
      throw new MagicException("'" + file + "' cannot be read: " + Paths.reason(e) + ".", e);
    }
  }

  private Object pom(String xml, List<String> scopes) throws MagicException {
    PomSnippet pom = PomSnippet.parse(xml);
    for (Repository each : pom.repositories()) {
      maven.addRepository(each.getId(), each.getUrl());
    }
    return add(pom.dependencies(scopes.isEmpty() ? AT_RUN_TIME : scopes), pom.managed());
  }

  private Object add(List<Dependency> wanted, List<Dependency> managed) throws MagicException {
    session.addToClassPath(session.interruptibly(() -> maven.resolve(wanted, managed)));
    return null;
  }

  private static List<String> words(String arguments) {
    return Stream.of(arguments.split("\\s+")).filter(each -> !each.isEmpty()).toList();
  }
}
