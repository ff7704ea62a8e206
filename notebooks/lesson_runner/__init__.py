"""What stands behind notebooks/run: set-up, running, checking and handing out the lessons.

`setup` and what it calls use the standard library alone, since they run before anything is installed; `execute`,
`gate`, `exercises` and `lab` run in the Python that set-up prepared.
"""

import sys

from . import places

# llm_threads_kernel: how a JVM is found, and how values are written in Java.
sys.path.insert(0, str(places.KERNEL_WHEEL))
