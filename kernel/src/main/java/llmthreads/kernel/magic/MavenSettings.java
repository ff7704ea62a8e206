package llmthreads.kernel.magic;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.maven.repository.internal.MavenRepositorySystemUtils;
import org.apache.maven.settings.Mirror;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.io.xpp3.SettingsXpp3Reader;
import org.codehaus.plexus.util.xml.pull.XmlPullParserException;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.repository.Authentication;
import org.eclipse.aether.repository.LocalRepository;
import org.eclipse.aether.util.repository.AuthenticationBuilder;
import org.eclipse.aether.util.repository.DefaultAuthenticationSelector;
import org.eclipse.aether.util.repository.DefaultMirrorSelector;
import org.eclipse.aether.util.repository.DefaultProxySelector;

/** The user's {@code settings.xml}: local repository, offline, mirrors, proxies and servers. */
final class MavenSettings {
  private final Settings settings;

  private MavenSettings(Settings settings) {
    this.settings = settings;
  }

  /**
   * Reads a settings file; where there is none, Maven's defaults hold.
   *
   * @throws MagicException if the file is there and cannot be read
   */
  static MavenSettings read(Path file) throws MagicException {
    if (!Files.isRegularFile(file)) {
      return new MavenSettings(new Settings());
    }
    try (Reader reader = Files.newBufferedReader(file)) {
      return new MavenSettings(new SettingsXpp3Reader().read(reader, false));
    } catch (IOException | XmlPullParserException e) {
      throw new MagicException(
          "Maven's settings " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The file that Maven itself reads. */
  static Path userFile() {
    return Path.of(System.getProperty("user.home"), ".m2", "settings.xml");
  }

  /** A session of the resolver that follows these settings. */
  DefaultRepositorySystemSession newSession(RepositorySystem system) {
    DefaultRepositorySystemSession session = MavenRepositorySystemUtils.newSession();
    session.setOffline(settings.isOffline() || Boolean.getBoolean("maven.offline"));
    session.setLocalRepositoryManager(
        system.newLocalRepositoryManager(session, new LocalRepository(localRepository())));
    session.setMirrorSelector(mirrors());
    session.setProxySelector(proxies());
    session.setAuthenticationSelector(servers());
    System.getProperties().forEach((name, value) -> set(session, name, value));
    return session;
  }

  private static void set(DefaultRepositorySystemSession session, Object name, Object value) {
    if (name instanceof String key && value instanceof String text) {
      session.setSystemProperty(key, text);
    }
  }

  private File localRepository() {
    String asked = System.getProperty("maven.repo.local", settings.getLocalRepository());
    return asked == null || asked.isBlank()
        ? Path.of(System.getProperty("user.home"), ".m2", "repository").toFile()
        : new File(asked.replace("${user.home}", System.getProperty("user.home")));
  }

  private DefaultMirrorSelector mirrors() {
    DefaultMirrorSelector selector = new DefaultMirrorSelector();
    for (Mirror each : settings.getMirrors()) {
      String of = each.getMirrorOf();
      String layouts = each.getMirrorOfLayouts();
      selector.add(
          each.getId(), each.getUrl(), each.getLayout(), false, each.isBlocked(), of, layouts);
    }
    return selector;
  }

  private DefaultProxySelector proxies() {
    DefaultProxySelector selector = new DefaultProxySelector();
    for (Proxy each : settings.getProxies()) {
      if (each.isActive()) {
        selector.add(
            new org.eclipse.aether.repository.Proxy(
                each.getProtocol(),
                each.getHost(),
                each.getPort(),
                authentication(each.getUsername(), each.getPassword())),
            each.getNonProxyHosts());
      }
    }
    return selector;
  }

  private DefaultAuthenticationSelector servers() {
    DefaultAuthenticationSelector selector = new DefaultAuthenticationSelector();
    for (Server each : settings.getServers()) {
      selector.add(each.getId(), authentication(each.getUsername(), each.getPassword()));
    }
    return selector;
  }

  private static Authentication authentication(String user, String password) {
    return user == null
        ? null
        : new AuthenticationBuilder().addUsername(user).addPassword(password).build();
  }
}
