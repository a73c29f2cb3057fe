"""From a denotation to proved statements: proposals, the checker, and the verdict."""
