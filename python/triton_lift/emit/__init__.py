"""A kernel's summary as records, IR attributes and text for people."""
