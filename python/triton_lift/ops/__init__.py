"""Op meanings: the concrete evaluator over numpy, which is the oracle for every symbolic row."""
