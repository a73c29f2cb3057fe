// Exact rationals in lowest terms, denominator positive.
#pragma once
#include <compare>
#include <stdexcept>
#include <utility>

#include "bigint.hpp"

namespace lift {

class Rat {
 public:
  Rat() : den_(1) {}
  Rat(std::int64_t value) : num_(value), den_(1) {}           // NOLINT: implicit on purpose
  Rat(BigInt value) : num_(std::move(value)), den_(1) {}      // NOLINT: implicit on purpose
  Rat(BigInt num, BigInt den) : num_(std::move(num)), den_(std::move(den)) {
    if (den_.is_zero()) throw std::invalid_argument("a rational with denominator zero");
    if (den_.sign() < 0) {
      num_ = -num_;
      den_ = -den_;
    }
    if (den_.is_one()) return;
    const BigInt g = gcd(num_, den_);
    if (g.is_one()) return;
    num_ = floor_div(num_, g);
    den_ = floor_div(den_, g);
  }

  const BigInt& num() const { return num_; }
  const BigInt& den() const { return den_; }
  bool is_int() const { return den_.is_one(); }
  bool is_zero() const { return num_.is_zero(); }
  bool is_one() const { return num_.is_one() && den_.is_one(); }
  int sign() const { return num_.sign(); }
  std::size_t bits() const { return std::max(num_.bits(), den_.bits()); }
  BigInt floor() const { return is_int() ? num_ : floor_div(num_, den_); }
  BigInt ceil() const { return is_int() ? num_ : ceil_div(num_, den_); }
  Rat inverse() const { return Rat(den_, num_); }
  Rat abs() const { return sign() < 0 ? -*this : *this; }
  void hash_into(KeyBuilder& out) const {
    num_.hash_into(out);
    den_.hash_into(out);
  }

  Rat operator-() const {
    Rat out = *this;
    out.num_ = -out.num_;
    return out;
  }
  friend Rat operator+(const Rat& x, const Rat& y) {
    if (x.is_int() && y.is_int()) return Rat(x.num_ + y.num_);
    return Rat(x.num_ * y.den_ + y.num_ * x.den_, x.den_ * y.den_);
  }
  friend Rat operator-(const Rat& x, const Rat& y) { return x + -y; }
  friend Rat operator*(const Rat& x, const Rat& y) {
    if (x.is_int() && y.is_int()) return Rat(x.num_ * y.num_);
    return Rat(x.num_ * y.num_, x.den_ * y.den_);
  }
  friend Rat operator/(const Rat& x, const Rat& y) { return x * y.inverse(); }
  friend bool operator==(const Rat& x, const Rat& y) { return x.num_ == y.num_ && x.den_ == y.den_; }
  friend std::strong_ordering operator<=>(const Rat& x, const Rat& y) {
    if (x.is_int() && y.is_int()) return x.num_ <=> y.num_;
    return x.num_ * y.den_ <=> y.num_ * x.den_;
  }

 private:
  BigInt num_;
  BigInt den_;
};

}  // namespace lift
