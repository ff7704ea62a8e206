"""What a reader sees of widgets in JupyterLab: they move, call back, and the next cell has their values."""

import nbformat
from lab_browser import SCREENSHOTS, BrowserCase

WIDGETS = """import llmthreads.kernel.widget.*;
var workers = new IntSlider(0, 10, 3).description("workers");
var bar = new IntProgress(0, 10, 3);
var out = new Output();
workers.onChange(n -> { bar.value(n); System.out.println("moved to " + n); });
var go = new Button("go").onClick(b -> { try (var c = out.capture()) { System.out.println("clicked, " + workers.value()); } });
new VBox(workers, bar, new HBox(new Checkbox("on", true), new Dropdown<>("fast", "slow"), new Text("name"), go), out)"""


class WidgetTest(BrowserCase):
    def test_a_slider_is_moved_calls_back_and_its_value_is_read_in_the_next_cell(self):
        notebook = nbformat.v4.new_notebook()
        notebook.metadata.kernelspec = {"name": "java", "display_name": "Java", "language": "java"}
        notebook.cells = [nbformat.v4.new_code_cell(WIDGETS), nbformat.v4.new_code_cell('"read " + workers.value()')]
        nbformat.write(notebook, self.folder / "widgets.ipynb")
        page = self.open("widgets.ipynb")
        page.run_all()
        self.sees(page, "read 3")
        handle = page.notebook.locator(".jupyter-widgets .noUi-handle")
        handle.wait_for()
        handle.focus()
        for _ in range(4):
            handle.press("ArrowRight")
        self.sees(page, "moved to 7")
        page.notebook.locator("button.jupyter-button:text-is('go')").click()
        self.sees(page, "clicked, 7")
        page.notebook.locator(".jp-CodeCell .cm-content").nth(1).click()
        page.page.keyboard.press("Shift+Enter")
        self.sees(page, "read 7")
        self.assertEqual(2, page.notebook.locator(".jupyter-widgets input[type=text], .jupyter-widgets select").count())
        filled = page.notebook.locator(".jupyter-widgets .progress-bar").bounding_box()["width"]
        track = page.notebook.locator(".jupyter-widgets .progress").bounding_box()["width"]
        self.assertAlmostEqual(0.7, filled / track, delta=0.05)
        page.page.screenshot(path=str(SCREENSHOTS / "widgets.png"))

    def sees(self, page, text):
        outputs = page.notebook.locator(".jp-OutputArea-output")
        page.until(lambda: text in " ".join(outputs.all_inner_texts()), 60, f"'{text}' is not seen")
