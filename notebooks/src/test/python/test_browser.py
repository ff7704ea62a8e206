"""What a reader sees in JupyterLab: a lesson run there shows its table, its figure and a progress bar that moves."""

import re
import unittest

import lab_browser
from lab_browser import THEMES, BrowserCase

from lesson_runner import lessons, parameters


class BrowserTest(BrowserCase):
    def lesson(self, number):
        """The lesson in its fast setting, where the browser's server finds it."""
        path = lessons.chosen([number])[0]
        notebook = lessons.read(path)
        parameters.apply(notebook, notebook.metadata["llm_threads"]["fast"], path.stem)
        lessons.write(notebook, self.folder / path.name)
        return path.name

    def test_a_lesson_shows_a_table_a_figure_and_a_moving_progress_bar_in_light_and_dark(self):
        lesson = self.open(self.lesson("00"))
        outputs = lesson.notebook.locator(".jp-OutputArea-output")
        bars = lesson.notebook.locator(".jp-RenderedHTML.jp-OutputArea-output")
        moved = set()

        def watch():
            moved.update(re.findall(r": (\d+) of \d+", " ".join(bars.all_inner_texts())))

        lesson.run_all(watch)
        self.assertEqual([], outputs.and_(lesson.page.locator("[data-mime-type*=error]")).all_inner_texts())
        for theme in THEMES:
            lesson.theme(THEMES[theme])
            self.look(lesson, theme)
        self.assertGreater(len(moved), 2, f"the progress bar showed only {moved}")

    def look(self, lesson, theme):
        lesson.look(f"{theme}-lesson")
        tables = lesson.notebook.locator(".jp-OutputArea-output table:visible")
        self.assertGreater(tables.count(), 0, "no table is seen")
        figures = lesson.notebook.locator(".jp-RenderedImage img:visible, .jp-RenderedSVG img:visible")
        self.assertGreater(figures.count(), 0, "no figure is seen")
        for kind, found in (("table", tables), ("figure", figures)):
            for number, one in enumerate(found.all(), 1):
                one.scroll_into_view_if_needed()
                box = one.bounding_box()
                self.assertGreater(min(box["width"], box["height"]), 20, f"{kind} {number} is too small to be read")
                one.screenshot(path=str(lab_browser.SCREENSHOTS / f"{theme}-{kind}-{number:02d}.png"))
