package llmthreads.kernel.magic;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.maven.model.Model;
import org.apache.maven.model.Repository;
import org.apache.maven.model.io.DefaultModelReader;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.collection.DependencyCollectionException;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.resolution.DependencyResult;
import org.eclipse.aether.supplier.RepositorySystemSupplier;
import org.eclipse.aether.util.artifact.JavaScopes;
import org.eclipse.aether.util.filter.DependencyFilterUtils;

/** Finds libraries and what they need by their Maven coordinates. */
final class Maven {
  private static final String SUPER_POM = "/org/apache/maven/model/pom-4.0.0.xml";

  private final Path settingsFile;
  private final List<RemoteRepository> repositories = new ArrayList<>();
  private RepositorySystem system;

  Maven(Path settingsFile) {
    this.settingsFile = settingsFile;
    for (Repository standard : superPom().getRepositories()) {
      addRepository(standard.getId(), standard.getUrl());
    }
  }

  /** What every project inherits, with the repositories that Maven looks in unless told. */
  private static Model superPom() {
    try (InputStream pom = DefaultModelReader.class.getResourceAsStream(SUPER_POM)) {
      return new DefaultModelReader().read(pom, Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException("Maven's own model cannot be read: " + e.getMessage(), e);
    }
  }

  /** Adds a repository to look in. */
  void addRepository(String id, String url) {
    repositories.removeIf(each -> each.getId().equals(id));
    repositories.add(new RemoteRepository.Builder(id, "default", url).build());
  }

  /** Reads {@code group:artifact[:extension[:classifier]]:version}. */
  static Dependency dependency(String coordinates) throws MagicException {
    try {
      return new Dependency(new DefaultArtifact(coordinates), JavaScopes.RUNTIME);
    } catch (IllegalArgumentException e) {
      throw new MagicException(
          "'" + coordinates + "' are no Maven coordinates; they look like group:artifact:version.",
          e);
    }
  }

  /**
   * The jars of the given libraries and of all that they need at run time; downloads what is
   * missing.
   *
   * @throws MagicException if one cannot be had; the message names it
   */
  List<Path> resolve(List<Dependency> wanted, List<Dependency> managed) throws MagicException {
    if (system == null) {
      system = new RepositorySystemSupplier().get();
    }
    DefaultRepositorySystemSession session = MavenSettings.read(settingsFile).newSession(system);
    MavenProgress progress = new MavenProgress();
    session.setTransferListener(progress);
    CollectRequest collect = new CollectRequest();
    collect.setDependencies(wanted);
    collect.setManagedDependencies(managed);
    collect.setRepositories(system.newResolutionRepositories(session, repositories));
    DependencyRequest request =
        new DependencyRequest(collect, DependencyFilterUtils.classpathFilter(JavaScopes.RUNTIME));
    try {
      DependencyResult result = system.resolveDependencies(session, request);
      List<Path> jars =
          result.getArtifactResults().stream()
              .map(each -> each.getArtifact().getFile().toPath())
              .toList();
      progress.finish(jars.size());
      return jars;
    } catch (DependencyResolutionException e) {
      throw new MagicException(reason(e, session.isOffline()), e);
    }
  }

  private String reason(DependencyResolutionException e, boolean offline) {
    String missing =
        e.getResult().getArtifactResults().stream()
            .filter(each -> !each.isResolved())
            .map(ArtifactResult::getRequest)
            .map(each -> name(each.getArtifact()))
            .collect(Collectors.joining(", "));
    if (missing.isEmpty() && e.getCause() instanceof DependencyCollectionException collection) {
      missing =
          collection.getResult().getExceptions().stream()
              .map(Throwable::getMessage)
              .findFirst()
              .orElse("");
    }
    String places =
        repositories.stream().map(RemoteRepository::getUrl).collect(Collectors.joining(", "));
    String where = offline ? "in the local repository (Maven is set to offline)" : "in " + places;
    return missing.isEmpty()
        ? "Maven could not resolve this: " + e.getMessage()
        : "Maven did not find "
            + missing
            + " "
            + where
            + ". Check the spelling, the version and the network.";
  }

  private static String name(Artifact artifact) {
    return artifact.toString();
  }
}
