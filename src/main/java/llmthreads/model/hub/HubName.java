package llmthreads.model.hub;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import llmthreads.model.ModelException;

/**
 * A model's name on a hub.
 *
 * @param repository {@code owner/model}, or {@code model} alone
 * @param revision a branch, a tag, or the 40 digits of a commit, which pin the model for good
 */
public record HubName(String repository, String revision) {
  private static final String FOLDER = "models--";
  private static final String PART = "[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?";
  private static final Pattern NAME =
      Pattern.compile("(%1$s(?:/%1$s)?)(?:@([A-Za-z0-9_./-]+))?".formatted(PART));
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /** Checks both. */
  public HubName {
    Matcher parts = NAME.matcher(repository + "@" + revision);
    if (!parts.matches() || (repository + revision).contains("..")) {
      throw new ModelException(
          "'%s@%s' is no name of a model: give owner/model, or owner/model@revision"
              .formatted(repository, revision));
    }
  }

  /**
   * Reads {@code owner/model} or {@code owner/model@revision}; without one it is the revision
   * {@code main}.
   *
   * @throws ModelException when the text is no such name
   */
  public static HubName parse(String text) {
    int at = text.indexOf('@');
    return at < 0
        ? new HubName(text, "main")
        : new HubName(text.substring(0, at), text.substring(at + 1));
  }

  /** Whether the revision is a commit, which never changes. */
  boolean isPinned() {
    return COMMIT.matcher(revision).matches();
  }

  /** A commit, when it is one. */
  static String commit(String text) {
    if (!COMMIT.matcher(text).matches()) {
      throw new ModelException("The hub names a commit '%s', which is none".formatted(text));
    }
    return text;
  }

  /** The model's folder in a cache. */
  String folder() {
    return FOLDER + repository.replace("/", "--");
  }

  /** The repository whose folder in a cache is called so, if it is a model's. */
  static Optional<String> repositoryOf(String folder) {
    String repository = folder.replaceFirst(FOLDER, "").replace("--", "/");
    return folder.startsWith(FOLDER) && NAME.matcher(repository).matches()
        ? Optional.of(repository)
        : Optional.empty();
  }

  @Override
  public String toString() {
    return repository + "@" + revision;
  }
}
