package llmthreads.kernel.magic;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Exclusion;
import org.apache.maven.model.Model;
import org.apache.maven.model.Repository;
import org.apache.maven.model.io.xpp3.MavenXpp3Reader;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.codehaus.plexus.util.xml.Xpp3DomBuilder;
import org.codehaus.plexus.util.xml.pull.XmlPullParserException;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.util.artifact.JavaScopes;

/** The dependencies and repositories of a pom.xml, or of a few elements copied from one. */
record PomSnippet(Model model) {
  private static final Pattern ROOT = Pattern.compile("<project[\\s>]");
  private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]+)}");

  /**
   * Reads a whole project, or elements such as {@code <dependency>}, in any number and order.
   *
   * @throws MagicException if it is no XML of a pom
   */
  static PomSnippet parse(String xml) throws MagicException {
    try {
      boolean whole = ROOT.matcher(xml).find();
      String project = whole ? xml.strip() : project(xml);
      return new PomSnippet(new MavenXpp3Reader().read(new StringReader(project), !whole));
    } catch (IOException | XmlPullParserException e) {
      throw new MagicException("This is no part of a pom.xml: " + e.getMessage(), e);
    }
  }

  /** A project of the elements, with the loose dependencies and repositories in their lists. */
  private static String project(String elements) throws IOException, XmlPullParserException {
    Xpp3Dom project = new Xpp3Dom("project");
    Xpp3Dom found = Xpp3DomBuilder.build(new StringReader("<elements>" + elements + "</elements>"));
    for (Xpp3Dom each : found.getChildren()) {
      switch (each.getName()) {
        case "dependency" -> list(project, "dependencies").addChild(each);
        case "repository" -> list(project, "repositories").addChild(each);
        case "dependencies", "repositories" ->
            Stream.of(each.getChildren()).forEach(list(project, each.getName())::addChild);
        default -> project.addChild(each);
      }
    }
    return project.toString();
  }

  private static Xpp3Dom list(Xpp3Dom project, String name) {
    if (project.getChild(name) == null) {
      project.addChild(new Xpp3Dom(name));
    }
    return project.getChild(name);
  }

  /** What is needed in these scopes; a dependency that names none has {@code compile}. */
  List<org.eclipse.aether.graph.Dependency> dependencies(Collection<String> scopes)
      throws MagicException {
    List<org.eclipse.aether.graph.Dependency> found = new ArrayList<>();
    for (Dependency each : model.getDependencies()) {
      String scope = each.getScope() == null ? JavaScopes.COMPILE : each.getScope();
      if (scopes.contains(scope)) {
        found.add(converted(each));
      }
    }
    return found;
  }

  /** Versions for what the dependencies need in turn. */
  List<org.eclipse.aether.graph.Dependency> managed() throws MagicException {
    List<org.eclipse.aether.graph.Dependency> found = new ArrayList<>();
    if (model.getDependencyManagement() != null) {
      for (Dependency each : model.getDependencyManagement().getDependencies()) {
        if (!"import".equals(each.getScope())) {
          found.add(converted(each));
        }
      }
    }
    return found;
  }

  List<Repository> repositories() {
    return model.getRepositories();
  }

  private org.eclipse.aether.graph.Dependency converted(Dependency each) throws MagicException {
    String version = each.getVersion() == null ? managedVersion(each) : each.getVersion();
    if (version == null) {
      throw new MagicException(
          each.getManagementKey()
              + " has no version here; parents and imported poms are not read, so give one.");
    }
    org.eclipse.aether.graph.Dependency dependency =
        new org.eclipse.aether.graph.Dependency(
            new DefaultArtifact(
                text(each.getGroupId()),
                text(each.getArtifactId()),
                text(each.getClassifier()),
                text(each.getType()),
                text(version)),
            JavaScopes.RUNTIME);
    List<org.eclipse.aether.graph.Exclusion> exclusions = new ArrayList<>();
    for (Exclusion excluded : each.getExclusions()) {
      exclusions.add(
          new org.eclipse.aether.graph.Exclusion(
              excluded.getGroupId(), excluded.getArtifactId(), "*", "*"));
    }
    return dependency.setExclusions(exclusions);
  }

  private String managedVersion(Dependency wanted) {
    if (model.getDependencyManagement() == null) {
      return null;
    }
    return model.getDependencyManagement().getDependencies().stream()
        .filter(each -> each.getManagementKey().equals(wanted.getManagementKey()))
        .map(Dependency::getVersion)
        .findFirst()
        .orElse(null);
  }

  private String text(String value) {
    if (value == null) {
      return "";
    }
    Properties properties = model.getProperties();
    return PROPERTY
        .matcher(value)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(properties.getProperty(found.group(1), found.group())));
  }
}
