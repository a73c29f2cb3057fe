// Integers of arbitrary size; values that fit 64 bits are kept inline.
#pragma once
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hash.hpp"

namespace lift {

class BigInt {
 public:
  BigInt() = default;
  BigInt(std::int64_t value) : small_(value) {}  // NOLINT: implicit on purpose, literals read as integers
  // Base 16, optional leading '-', no prefix.
  static BigInt from_hex(std::string_view text);
  std::string to_hex() const;

  bool is_small() const { return !big_; }
  std::int64_t small() const { return small_; }
  int sign() const;
  bool is_zero() const { return !big_ && small_ == 0; }
  bool is_one() const { return !big_ && small_ == 1; }
  std::size_t bits() const;
  bool divisible_by(const BigInt& d) const { return divmod_floor(*this, d).second.is_zero(); }
  void hash_into(KeyBuilder& out) const;

  BigInt operator-() const;
  friend BigInt operator+(const BigInt& x, const BigInt& y);
  friend BigInt operator-(const BigInt& x, const BigInt& y);
  friend BigInt operator*(const BigInt& x, const BigInt& y);
  // Quotient rounded to minus infinity, remainder with the divisor's sign. The divisor must not be zero.
  friend std::pair<BigInt, BigInt> divmod_floor(const BigInt& x, const BigInt& y);
  friend bool operator==(const BigInt& x, const BigInt& y);
  friend std::strong_ordering operator<=>(const BigInt& x, const BigInt& y);

 private:
  using Limbs = std::vector<std::uint32_t>;
  struct Big {
    bool negative;
    Limbs limbs;
  };
  static BigInt make(bool negative, Limbs limbs);
  Limbs magnitude() const;
  bool negative() const { return big_ ? big_->negative : small_ < 0; }
  static BigInt add_signed(const BigInt& x, const BigInt& y, bool flip);

  std::int64_t small_ = 0;
  std::shared_ptr<const Big> big_;  // set exactly when the value does not fit 64 bits
};

BigInt operator+(const BigInt& x, const BigInt& y);
BigInt operator-(const BigInt& x, const BigInt& y);
BigInt operator*(const BigInt& x, const BigInt& y);
std::pair<BigInt, BigInt> divmod_floor(const BigInt& x, const BigInt& y);
bool operator==(const BigInt& x, const BigInt& y);
std::strong_ordering operator<=>(const BigInt& x, const BigInt& y);

inline BigInt floor_div(const BigInt& x, const BigInt& y) { return divmod_floor(x, y).first; }
inline BigInt ceil_div(const BigInt& x, const BigInt& y) { return -divmod_floor(-x, y).first; }
BigInt abs(const BigInt& x);
BigInt gcd(BigInt x, BigInt y);

}  // namespace lift
