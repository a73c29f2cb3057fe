// The extension module triton_lift._core. Contract: python/triton_lift/_core.pyi.
#include <nanobind/nanobind.h>

#include "certificate.hpp"
#include "handle.hpp"
#include "python_int.hpp"

#ifndef TRITON_LIFT_VERSION
#define TRITON_LIFT_VERSION "0.1.0"
#endif

namespace nb = nanobind;

namespace lift {
namespace {

constexpr std::size_t kMaxBits = std::size_t{1} << 18;

bool check(nb::handle rows, nb::handle steps) {
  std::vector<std::vector<BigInt>> matrix;
  for (const nb::handle row : rows) {
    std::vector<BigInt>& out = matrix.emplace_back();
    for (const nb::handle value : row) out.push_back(to_bigint(value, kMaxBits));
  }
  std::vector<Cut> cuts;
  for (const nb::handle step : steps) {
    Cut& cut = cuts.emplace_back();
    for (const nb::handle term : step[0]) {
      cut.terms.emplace_back(to_bigint(nb::object(term[0]), kMaxBits), to_bigint(nb::object(term[1]), kMaxBits));
    }
    cut.divisor = to_bigint(nb::object(step[1]), kMaxBits);
  }
  return check_certificate(std::move(matrix), cuts);
}

}  // namespace
}  // namespace lift

NB_MODULE(_core, m) {
  // Terms that are alive when the interpreter ends are no news for the user whose program it is.
  nb::set_leak_warnings(false);
  m.doc() = "Native core of triton-lift: hash-consed terms in normal form, and the check of linear-arithmetic certificates.";
  m.attr("__version__") = TRITON_LIFT_VERSION;
  nb::exception<lift::BudgetError>(m, "BudgetError");
  lift::bind_term(m);
  lift::bind_context(m);
  m.def("check_certificate", lift::check, nb::arg("rows"), nb::arg("steps"));
}
