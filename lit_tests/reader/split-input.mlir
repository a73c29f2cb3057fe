// RUN: triton-lift opt --verify-diagnostics %s

// Pieces between lines of dashes are modules of their own; lines count from the top of the file.
// expected-error@+1 {{no-kernel}}
module {
}

// -----

// expected-error@+1 {{no-kernel}}
module {
}
