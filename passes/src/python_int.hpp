// Python integers to and from BigInt, without decimal text.
#pragma once
#include <nanobind/nanobind.h>

#include "bigint.hpp"
#include "rational.hpp"

namespace lift {

BigInt to_bigint(nanobind::handle value, std::size_t max_bits);
nanobind::object to_python(const BigInt& value);

}  // namespace lift
