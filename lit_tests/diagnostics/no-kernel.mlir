// RUN: triton-lift opt --verify-diagnostics %s

// A module without a function.
// expected-error@+1 {{there is no tt.func in this module [no-kernel]}}
module {
}
