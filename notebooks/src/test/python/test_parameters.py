"""Parameters: what the tagged cell declares, and other values written into it as Java literals."""

import unittest

from notebook_samples import lesson

from lesson_runner import execute, parameters
from lesson_runner.trouble import Trouble

SOURCE = """\
import java.util.List;
// What you may change:
final int workers = 2;                    // int fake = 1;
long seed = 42L;
double temperature = 0.7, other = 1;
boolean sampled = false;
String text = "a; b // c";
int[] batches = {1, 8, 64};
List<Integer> threads = List.of(1, 2);
List<String> tasks = List.of("sum", "date");
Map<String, List<Integer>> options = Map.of("a", List.of(1, 2)); // by name
var repetitions = 10;
var sizes = new long[] {
    1, 2
};
"""


class ParametersTest(unittest.TestCase):
    def test_every_declaration_is_found_with_its_type_and_value(self):
        found = parameters.declared(SOURCE)
        self.assertEqual(
            "workers seed temperature sampled text batches threads tasks options repetitions sizes".split(), list(found)
        )
        self.assertEqual("2", found["workers"].value)
        self.assertEqual('"a; b // c"', found["text"].value)
        self.assertEqual("0.7", found["temperature"].value)
        self.assertEqual("{1, 8, 64}", found["batches"].value)
        self.assertEqual("int", found["repetitions"].type)
        self.assertEqual("Map<String, List<Integer>>", found["options"].type)
        self.assertEqual("by name", found["options"].comment)
        self.assertEqual("long[]", found["sizes"].type)

    def test_a_value_of_the_wrong_type_is_refused_with_a_sentence(self):
        with self.assertRaisesRegex(Trouble, r"^Parameter workers wants a whole number .*, and 'four' is none\.$"):
            parameters.apply(lesson(), {"workers": "four"}, "01-x")

    def test_only_the_values_change_in_the_cell(self):
        notebook = lesson()
        parameters.apply(notebook, {"workers": "4", "model": "other"}, "01-x")
        self.assertEqual(
            'int workers = 4;            // threads\nlong seed = 42L;\nString model = "other"; double heat = 0.7;\n',
            parameters.cell_of(notebook).source,
        )

    def test_a_parameter_that_the_lesson_does_not_have_is_refused_with_those_it_has(self):
        with self.assertRaisesRegex(Trouble, "^Lesson 01-x has no parameter wrokers: it has workers, seed, model"):
            parameters.apply(lesson(), {"wrokers": "4"}, "01-x")

    def test_a_parameter_that_no_chosen_lesson_has_is_refused(self):
        with self.assertRaisesRegex(Trouble, "None of these lessons has a parameter wrokers"):
            execute.set_parameters({_path("a"): lesson(), _path("b"): lesson()}, {"wrokers": "4"}, fast=False)

    def test_the_fast_setting_is_applied_and_a_given_value_wins_over_it(self):
        notebook = lesson()
        literals = execute.set_parameters({_path("a"): notebook}, {}, fast=True)
        self.assertEqual({"workers": "1"}, literals[_path("a")])
        literals = execute.set_parameters({_path("a"): lesson()}, {"workers": "3"}, fast=True)
        self.assertEqual({"workers": "3"}, literals[_path("a")])


def _path(name):
    from pathlib import Path

    return Path(name + ".ipynb")
