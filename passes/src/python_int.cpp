// Python integers to and from BigInt; base 16 in both directions, so both are linear in the size.
#include "python_int.hpp"

#include <nanobind/stl/string.h>

#include "budget.hpp"

namespace nb = nanobind;

namespace lift {

BigInt to_bigint(nb::handle value, std::size_t max_bits) {
  const nb::object index = nb::steal(PyNumber_Index(value.ptr()));
  if (!index.is_valid()) throw nb::python_error();
  int overflow = 0;
  const long long small = PyLong_AsLongLongAndOverflow(index.ptr(), &overflow);
  if (overflow == 0) {
    if (small == -1 && PyErr_Occurred() != nullptr) throw nb::python_error();
    return BigInt(small);
  }
  const auto bits = nb::cast<std::size_t>(index.attr("bit_length")());
  if (bits > max_bits) throw BudgetError("bits of an integer");
  const nb::object hex = nb::steal(PyNumber_ToBase(index.ptr(), 16));  // "-0x1f"
  if (!hex.is_valid()) throw nb::python_error();
  std::string text = nb::cast<std::string>(hex);
  text.erase(text[0] == '-' ? 1 : 0, 2);
  return BigInt::from_hex(text);
}

nb::object to_python(const BigInt& value) {
  PyObject* out = value.is_small() ? PyLong_FromLongLong(value.small())
                                   : PyLong_FromString(value.to_hex().c_str(), nullptr, 16);
  if (out == nullptr) throw nb::python_error();
  return nb::steal(out);
}

}  // namespace lift
