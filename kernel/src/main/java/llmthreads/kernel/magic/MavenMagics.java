package llmthreads.kernel.magic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.model.Repository;
import org.eclipse.aether.graph.Dependency;

/** {@code %maven}, {@code %mavenRepo} and {@code %loadFromPOM}: libraries by their coordinates. */
public final class MavenMagics {
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
    magics.cell("loadFromPOM", (_, body) -> maven.pom(body.text()));
  }

  private Object dependencies(String arguments) throws MagicException {
    if (arguments.isEmpty()) {
      throw new MagicException(
          "%maven needs coordinates, such as %maven org.apache.commons:commons-math3:3.6.1.");
    }
    List<Dependency> wanted = new ArrayList<>();
    for (String each : arguments.split("\\s+")) {
      wanted.add(Maven.dependency(each));
    }
    return add(wanted, List.of());
  }

  private Object repository(String arguments) throws MagicException {
    String[] words = arguments.split("\\s+");
    if (words.length != 2 || !words[1].contains(":")) {
      throw new MagicException("%mavenRepo needs a name and an address: %mavenRepo NAME URL.");
    }
    maven.addRepository(words[0], words[1]);
    return null;
  }

  private Object pomFile(String arguments) throws MagicException {
    Path file = Path.of(arguments.isEmpty() ? "pom.xml" : arguments).toAbsolutePath().normalize();
    try {
      return pom(Files.readString(file));
    } catch (IOException e) {
      throw new MagicException("'" + file + "' cannot be read.", e);
    }
  }

  private Object pom(String xml) throws MagicException {
    PomSnippet pom = PomSnippet.parse(xml);
    for (Repository each : pom.repositories()) {
      maven.addRepository(each.getId(), each.getUrl());
    }
    return add(pom.dependencies(), pom.managed());
  }

  private Object add(List<Dependency> wanted, List<Dependency> managed) throws MagicException {
    session.addToClassPath(session.interruptibly(() -> maven.resolve(wanted, managed)));
    return null;
  }
}
