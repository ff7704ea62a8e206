"""Small notebooks for the tests: one that passes the gate, to be broken in one way each."""

import nbformat

TIMING = {"iopub.execute_input": "2026-11-01T10:00:00.000000Z", "shell.execute_reply": "2026-11-01T10:00:01.500000Z"}
PARAMETERS = 'int workers = 2;            // threads\nlong seed = 42L;\nString model = "embedded"; double heat = 0.7;\n'
SOLUTION = (
    "int twice(int value) {\n  // BEGIN SOLUTION\n  return 2 * value;\n  // END SOLUTION\n}\ntwice(21)"
)
PNG = "iVBORw0KGgo="


def code(source, count, outputs=(), **metadata):
    """A code cell that ran."""
    cell = nbformat.v4.new_code_cell(source, metadata={"execution": dict(TIMING), **metadata})
    cell.execution_count = count
    cell.outputs = list(outputs)
    return cell


def figure():
    """An output as a figure makes it."""
    data = {"image/png": PNG, "image/svg+xml": "<svg/>", "text/csv": "workers,seconds\n1,2.0\n", "text/plain": "Figure"}
    return nbformat.v4.new_output("display_data", data)


def lesson():
    """A lesson that every check passes."""
    from lesson_runner import gate

    notebook = nbformat.v4.new_notebook()
    notebook.metadata.kernelspec = {"name": "llm-threads", "display_name": "Java (LLM Threads)", "language": "java"}
    notebook.metadata.llm_threads = {"fast": {"workers": 1}}
    notebook.cells = [
        nbformat.v4.new_markdown_cell("# A lesson"),
        code(PARAMETERS, 1, tags=["parameters"]),
        code("plot()", 2, [figure()]),
        nbformat.v4.new_markdown_cell("## Exercises"),
        code(SOLUTION, 3, jupyter={"source_hidden": True}),
    ]
    notebook.metadata.llm_threads["executed"] = {"sources": gate.sources_hash(notebook)}
    return notebook
