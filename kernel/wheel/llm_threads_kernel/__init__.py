"""What Python knows of the kernel for Java: how its JVM is started, and how Python's values are written in Java.

Only `papermill` needs a package beside the standard library.
"""
