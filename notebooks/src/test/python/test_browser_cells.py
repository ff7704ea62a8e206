"""What a reader does with cells in JupyterLab: completes, asks, interrupts, restarts, and reads errors in any colours."""

from lab_browser import THEMES, BrowserCase

ERRORS = (
    'int workers = "four";\nint threads = unknown + 1;',
    'void load(String file) { throw new IllegalArgumentException("no model in " + file); }\n'
    'try { List.of(1).forEach(n -> load("weights")); }\n'
    'catch (RuntimeException e) { throw new IllegalStateException("not loaded", e); }',
    'System.err.println("a warning");',
)

#: The least contrast of a text in an element with what is behind it, by WCAG's formula, and that text.
CONTRAST = """element => {
  const numbers = colour => {
    const context = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const over = (top, below) => {
    const share = top[3] / 255;
    return [0, 1, 2].map(i => share * top[i] + (1 - share) * below[i]).concat(255);
  };
  const behind = node => {
    if (!node) return [255, 255, 255, 255];
    const own = numbers(getComputedStyle(node).backgroundColor);
    return own[3] === 255 ? own : over(own, behind(node.parentElement));
  };
  const light = rgb => {
    const [r, g, b] = rgb.slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let least = [Infinity, ''];
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    if (!node.textContent.trim()) continue;
    const ground = behind(node.parentElement);
    const style = getComputedStyle(node.parentElement);
    const ink = numbers(style.color);
    ink[3] *= Number(style.opacity);
    const [low, high] = [light(over(ink, ground)), light(ground)].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < least[0]) least = [ratio, node.textContent];
  }
  return least;
}"""
#: What WCAG asks of large and bold text.
READABLE = 3.0


class CellsTest(BrowserCase):
    def test_completion_lists_members_and_inserts_the_chosen_one(self):
        page = self.open(self.write("completion", "var names = new ArrayList<String>();", ""))
        page.run(0)
        popup = page.page.locator(".jp-Completer:visible")
        for theme in THEMES:
            page.theme(THEMES[theme])
            page.write(1, "names.addL")
            page.page.keyboard.press("Tab")
            popup.wait_for()
            page.page.keyboard.press("Enter")
            page.until(lambda: page.editor(1).inner_text() == "names.addLast(", 60, "addLast is not inserted")
            page.write(1, "names.remove")
            page.page.keyboard.press("Tab")
            popup.wait_for()
            page.look(f"{theme}-completion")
            offered = popup.locator(".jp-Completer-match").all_inner_texts()
            self.assertIn("removeLast()", offered)
            self.assertNotIn("add(", offered)
            popup.locator(".jp-Completer-item", has_text="removeLast()").click()
            page.until(lambda: page.editor(1).inner_text() == "names.removeLast()", 60, "removeLast is not inserted")

    def test_a_tooltip_shows_the_documentation_of_the_name_at_the_cursor(self):
        page = self.open(self.write("tooltip", ""))
        tooltip = page.page.locator(".jp-Tooltip:visible")
        for theme in THEMES:
            page.theme(THEMES[theme])
            page.write(0, "Math.floorMod")
            page.page.keyboard.press("Shift+Tab")
            tooltip.wait_for()
            page.look(f"{theme}-tooltip")
            self.assertIn("int Math.floorMod(int x, int y)", tooltip.inner_text())
            self.assertIn("Returns the floor modulus", tooltip.inner_text())
            page.page.keyboard.press("Escape")
            tooltip.wait_for(state="hidden")

    def test_an_endless_cell_ends_by_the_menu_and_the_next_cell_runs(self):
        page = self.open(self.write("interrupt", 'System.out.println("begun"); while (true) { }', '"after"'))
        page.run(0)
        page.sees("begun", 0)
        page.command("Kernel", "Interrupt Kernel")
        page.sees("The cell was interrupted", 0)
        page.run(1)
        page.sees("after", 1)
        self.assertEqual(["[1]:", "[2]:"], page.prompts())

    def test_restart_and_run_all_gives_fresh_outputs_in_order(self):
        cells = "long process = ProcessHandle.current().pid();", '"process " + process', 'System.out.println("last");'
        page = self.open(self.write("restart", *cells))
        page.run_all()
        page.run(1)
        page.until(lambda: page.prompts() == ["[1]:", "[4]:", "[3]:"], 60, "the second cell has not run again")
        before = page.output(1)
        page.command("Kernel", "Restart Kernel and Run All Cells…")
        page.page.locator(".jp-Dialog-button.jp-mod-accept").click()
        page.until(lambda: page.prompts() == ["[1]:", "[2]:", "[3]:"], 60, "the cells have not run in order")
        page.sees("last", 2)
        page.look("restarted")
        self.assertRegex(page.output(1), r"process \d+")
        self.assertNotEqual(before, page.output(1))

    def test_errors_can_be_read_in_both_themes(self):
        page = self.open(self.write("errors", *ERRORS))
        for number, seen in enumerate(("CompilationError", "Caused by", "a warning")):
            page.run(number)
            page.sees(seen, number)
        for theme in THEMES:
            page.theme(THEMES[theme])
            page.look(f"{theme}-errors")
            for each in page.notebook.locator(".jp-OutputArea-output").all():
                contrast, text = each.evaluate(CONTRAST)
                self.assertGreater(contrast, READABLE, f"'{text}' can hardly be read in the {theme} theme")
