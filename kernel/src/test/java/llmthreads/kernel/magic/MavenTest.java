package llmthreads.kernel.magic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import org.apache.maven.model.Repository;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Resolves from a repository in a folder, which the settings file makes the mirror of all others.
 */
class MavenTest {
  @TempDir private Path folder;
  private Maven maven;

  @BeforeEach
  void publish() throws IOException {
    publish(
        "top",
        "1.0",
        "<dependency><groupId>org.test</groupId><artifactId>below</artifactId><version>2.0</version></dependency>");
    publish("below", "2.0", "");
    Path settings = folder.resolve("settings.xml");
    Files.writeString(
        settings,
        "<settings><localRepository>"
            + folder.resolve("local")
            + "</localRepository><mirrors><mirror><id>all</id><mirrorOf>*</mirrorOf><url>"
            + folder.resolve("remote").toUri()
            + "</url></mirror></mirrors></settings>");
    maven = new Maven(settings);
  }

  private void publish(String name, String version, String dependencies) throws IOException {
    Path place = Files.createDirectories(folder.resolve("remote/org/test/" + name + "/" + version));
    String base = name + "-" + version;
    Files.writeString(
        place.resolve(base + ".pom"),
        "<project><modelVersion>4.0.0</modelVersion><groupId>org.test</groupId><artifactId>"
            + name
            + "</artifactId><version>"
            + version
            + "</version><dependencies>"
            + dependencies
            + "</dependencies></project>");
    new JarOutputStream(Files.newOutputStream(place.resolve(base + ".jar"))).close();
  }

  @Test
  void aLibraryComesWithWhatItNeeds() throws MagicException {
    List<Path> jars = maven.resolve(List.of(Maven.dependency("org.test:top:1.0")), List.of());
    assertEquals(
        List.of("top-1.0.jar", "below-2.0.jar"),
        jars.stream().map(each -> each.getFileName().toString()).toList());
    assertTrue(jars.stream().allMatch(each -> each.startsWith(folder.resolve("local"))));
  }

  @Test
  void anUnknownLibraryIsNamedInOneSentence() {
    MagicException refused =
        assertThrows(
            MagicException.class,
            () -> maven.resolve(List.of(Maven.dependency("org.test:nobody:9")), List.of()));
    assertTrue(
        refused.getMessage().startsWith("Maven did not find org.test:nobody:jar:9 in "),
        refused.getMessage());
    assertEquals(1, refused.getMessage().lines().count());
  }

  @Test
  void coordinatesThatAreNoneAreNamed() {
    assertThrows(MagicException.class, () -> Maven.dependency("just-a-name"));
  }

  @Test
  void dependenciesOfAPomSnippetTakeItsPropertiesAndManagedVersions() throws MagicException {
    PomSnippet pom =
        PomSnippet.parse(
            """
            <properties><v>1.0</v></properties>
            <dependencyManagement><dependencies><dependency>
              <groupId>org.test</groupId><artifactId>top</artifactId><version>${v}</version>
            </dependency></dependencies></dependencyManagement>
            <dependencies>
              <dependency><groupId>org.test</groupId><artifactId>top</artifactId></dependency>
              <dependency>
                <groupId>x</groupId><artifactId>t</artifactId><version>1</version><scope>test</scope>
              </dependency>
            </dependencies>\
            """);
    assertEquals(
        2, maven.resolve(pom.dependencies(List.of("compile", "runtime")), pom.managed()).size());
  }

  @Test
  void oneCopiedDependencyElementIsEnough() throws MagicException {
    PomSnippet pom =
        PomSnippet.parse(
            "<dependency><groupId>g</groupId><artifactId>a</artifactId><version>1</version></dependency>");
    assertEquals(
        "g:a:jar:1",
        pom.dependencies(List.of("compile", "runtime")).getFirst().getArtifact().toString());
  }

  @Test
  void looseElementsAndListsOfThemAreGatheredWhateverTheirOrder() throws MagicException {
    PomSnippet pom =
        PomSnippet.parse(
            """
            <repository><id>one</id><url>file:///one</url></repository>
            <!-- copied from two places -->
            <dependency><groupId>g</groupId><artifactId>a</artifactId><version>1</version></dependency>
            <repositories><repository><id>two</id><url>file:///two</url></repository></repositories>
            <dependencies>
              <dependency><groupId>g</groupId><artifactId>b</artifactId><version>2</version></dependency>
            </dependencies>
            <dependency><groupId>g</groupId><artifactId>c</artifactId><version>3</version></dependency>
            """);
    assertEquals(
        List.of("one", "two"), pom.repositories().stream().map(Repository::getId).toList());
    assertEquals(List.of("g:a:jar:1", "g:b:jar:2", "g:c:jar:3"), names(pom, "compile"));
  }

  @Test
  void onlyTheScopesAskedForAreTaken() throws MagicException {
    String dependency =
        "<dependency><groupId>g</groupId><artifactId>%s</artifactId><version>1</version>"
            + "<scope>%s</scope></dependency>";
    PomSnippet pom =
        PomSnippet.parse(dependency.formatted("t", "test") + dependency.formatted("r", "runtime"));
    assertEquals(List.of("g:t:jar:1"), names(pom, "test"));
    assertEquals(List.of("g:t:jar:1", "g:r:jar:1"), names(pom, "test", "runtime"));
  }

  @Test
  void anElementThatNoPomHasIsNamed() {
    MagicException refused =
        assertThrows(MagicException.class, () -> PomSnippet.parse("<dependancy></dependancy>"));
    assertTrue(refused.getMessage().contains("dependancy"), refused.getMessage());
  }

  private static List<String> names(PomSnippet pom, String... scopes) throws MagicException {
    return pom.dependencies(List.of(scopes)).stream()
        .map(each -> each.getArtifact().toString())
        .toList();
  }
}
