/** Published models by their names on a hub: fetched once, checked, and kept in a local cache. */
package llmthreads.model.hub;
