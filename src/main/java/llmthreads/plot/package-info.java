/**
 * Figures and tables: XChart charts, timelines of what threads did, Tablesaw tables.
 *
 * <p>A {@link llmthreads.plot.Figure} is immutable and can be seen (PNG, SVG), read (a summary in
 * words) and computed with (its raw data). Nothing here knows Jupyter or where the numbers come
 * from.
 */
package llmthreads.plot;
