"""The kernelspec `llm-threads` lies in this wheel's data files; there is nothing to import."""
