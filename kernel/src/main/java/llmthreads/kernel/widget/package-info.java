/**
 * Jupyter's widgets for cells in Java: sliders, progress, text, buttons, output, boxes, as
 * JupyterLab 4 shows them with its extension {@code jupyterlab_widgets}.
 *
 * <p>A cell that ends in a widget shows it. Moving it changes {@code value()} before the next cell
 * runs, and calls the functions given to {@code onChange}, whose output appears below the cell that
 * gave them. The protocol is Jupyter's widget messaging protocol 2.1; names and defaults of
 * attributes are those of {@code @jupyter-widgets/controls} 2.0, and {@code set} changes any of
 * them.
 *
 * <pre>{@code
 * import llmthreads.kernel.widget.*;
 * var workers = new IntSlider(1, 8, 2).description("workers");
 * workers.onChange(n -> System.out.println(n + " workers"));
 * workers
 * }</pre>
 */
package llmthreads.kernel.widget;
