// RUN: triton-lift opt --verify-diagnostics %s

// Text that MLIR does not accept.
// expected-error@+2 {{[mlir-parse]}}
tt.func public @k() {
  nonsense
}
