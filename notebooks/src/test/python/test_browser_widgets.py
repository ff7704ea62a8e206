"""What a reader sees of widgets in JupyterLab: they move, call back, and the next cell has their values."""

from lab_browser import THEMES, BrowserCase

WIDGETS = """import llmthreads.kernel.widget.*;
var workers = new IntSlider(0, 10, 3).description("workers");
var bar = new IntProgress(0, 10, 3);
var out = new Output();
workers.onChange(n -> { bar.value(n); System.out.println("moved to " + n); });
var go = new Button("go").onClick(b -> { try (var c = out.capture()) { System.out.println("clicked, " + workers.value()); } });
new VBox(workers, bar, new HBox(new Checkbox("on", true), new Dropdown<>("fast", "slow"), new Text("name"), go), out)"""


class WidgetTest(BrowserCase):
    def test_a_slider_is_moved_calls_back_and_its_value_is_read_in_the_next_cell(self):
        page = self.open(self.write("widgets", WIDGETS, '"read " + workers.value()'))
        page.run_all()
        page.sees("read 3", 1)
        handle = page.notebook.locator(".jupyter-widgets .noUi-handle")
        handle.wait_for()
        handle.focus()
        for _ in range(4):
            handle.press("ArrowRight")
        page.sees("moved to 7", 0)
        page.notebook.locator("button.jupyter-button:text-is('go')").click()
        page.sees("clicked, 7", 0)
        page.run(1)
        page.sees("read 7", 1)
        self.assertEqual(2, page.notebook.locator(".jupyter-widgets input[type=text], .jupyter-widgets select").count())
        filled = page.notebook.locator(".jupyter-widgets .progress-bar").bounding_box()["width"]
        track = page.notebook.locator(".jupyter-widgets .progress").bounding_box()["width"]
        self.assertAlmostEqual(0.7, filled / track, delta=0.05)
        for theme in THEMES:
            page.theme(THEMES[theme])
            page.look(f"{theme}-widgets")
