"""Terms: the native core, the symbols of a kernel, statements, and their text."""
