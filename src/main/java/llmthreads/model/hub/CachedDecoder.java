package llmthreads.model.hub;

import java.nio.file.Path;
import llmthreads.model.Config;

/**
 * A published decoder in the local cache.
 *
 * @param name on the hub; the revision is a branch or a tag where one of them stands for it, else
 *     the commit
 * @param folder with its files
 * @param config its shape
 */
public record CachedDecoder(HubName name, Path folder, Config config) {}
