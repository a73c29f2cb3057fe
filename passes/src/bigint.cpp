// Schoolbook arithmetic on 32-bit limbs (Knuth, The Art of Computer Programming 2, section 4.3.1).
#include "bigint.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <stdexcept>

namespace lift {
namespace {

using Limbs = std::vector<std::uint32_t>;

void trim(Limbs& x) {
  while (!x.empty() && x.back() == 0) x.pop_back();
}

int compare(const Limbs& x, const Limbs& y) {
  if (x.size() != y.size()) return x.size() < y.size() ? -1 : 1;
  for (std::size_t i = x.size(); i-- > 0;) {
    if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
  }
  return 0;
}

Limbs add(const Limbs& x, const Limbs& y) {
  const Limbs& longer = x.size() >= y.size() ? x : y;
  const Limbs& shorter = x.size() >= y.size() ? y : x;
  Limbs out;
  out.reserve(longer.size() + 1);
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < longer.size(); ++i) {
    carry += longer[i];
    if (i < shorter.size()) carry += shorter[i];
    out.push_back(static_cast<std::uint32_t>(carry));
    carry >>= 32;
  }
  if (carry != 0) out.push_back(static_cast<std::uint32_t>(carry));
  return out;
}

// x - y for x >= y.
Limbs subtract(const Limbs& x, const Limbs& y) {
  Limbs out;
  out.reserve(x.size());
  std::int64_t borrow = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    std::int64_t d = static_cast<std::int64_t>(x[i]) - borrow - (i < y.size() ? static_cast<std::int64_t>(y[i]) : 0);
    borrow = d < 0 ? 1 : 0;
    out.push_back(static_cast<std::uint32_t>(d));
  }
  trim(out);
  return out;
}

Limbs multiply(const Limbs& x, const Limbs& y) {
  Limbs out(x.size() + y.size(), 0);
  for (std::size_t i = 0; i < x.size(); ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < y.size(); ++j) {
      carry += static_cast<std::uint64_t>(x[i]) * y[j] + out[i + j];
      out[i + j] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    out[i + y.size()] = static_cast<std::uint32_t>(carry);
  }
  trim(out);
  return out;
}

std::pair<Limbs, Limbs> divide_by_limb(const Limbs& x, std::uint32_t d) {
  Limbs quotient(x.size());
  std::uint64_t rest = 0;
  for (std::size_t i = x.size(); i-- > 0;) {
    rest = (rest << 32) | x[i];
    quotient[i] = static_cast<std::uint32_t>(rest / d);
    rest %= d;
  }
  trim(quotient);
  Limbs remainder;
  if (rest != 0) remainder.push_back(static_cast<std::uint32_t>(rest));
  return {std::move(quotient), std::move(remainder)};
}

Limbs shift_left(const Limbs& x, int s) {
  Limbs out;
  out.reserve(x.size() + 1);
  std::uint64_t carry = 0;
  for (const std::uint32_t limb : x) {
    carry |= static_cast<std::uint64_t>(limb) << s;
    out.push_back(static_cast<std::uint32_t>(carry));
    carry >>= 32;
  }
  out.push_back(static_cast<std::uint32_t>(carry));
  return out;
}

// Algorithm D. y must not be zero.
std::pair<Limbs, Limbs> divide(const Limbs& x, const Limbs& y) {
  if (compare(x, y) < 0) return {{}, x};
  if (y.size() == 1) return divide_by_limb(x, y[0]);
  const int s = std::countl_zero(y.back());
  Limbs u = shift_left(x, s);  // one limb longer than x
  Limbs v = shift_left(y, s);
  trim(v);
  const std::size_t n = v.size();
  const std::size_t m = u.size() - n;
  Limbs quotient(m, 0);
  for (std::size_t j = m; j-- > 0;) {
    const std::uint64_t top = (static_cast<std::uint64_t>(u[j + n]) << 32) | u[j + n - 1];
    std::uint64_t guess = top / v[n - 1];
    std::uint64_t rest = top % v[n - 1];
    while (guess >> 32 != 0 || guess * v[n - 2] > ((rest << 32) | u[j + n - 2])) {
      --guess;
      rest += v[n - 1];
      if (rest >> 32 != 0) break;
    }
    std::uint64_t carry = 0;
    std::int64_t borrow = 0;
    for (std::size_t i = 0; i < n; ++i) {
      carry += guess * v[i];
      const std::int64_t d =
          static_cast<std::int64_t>(u[i + j]) - borrow - static_cast<std::int64_t>(carry & 0xffffffffULL);
      u[i + j] = static_cast<std::uint32_t>(d);
      borrow = d < 0 ? 1 : 0;
      carry >>= 32;
    }
    const std::int64_t d = static_cast<std::int64_t>(u[j + n]) - borrow - static_cast<std::int64_t>(carry);
    u[j + n] = static_cast<std::uint32_t>(d);
    if (d < 0) {  // the guess was one too large
      --guess;
      std::uint64_t back = 0;
      for (std::size_t i = 0; i < n; ++i) {
        back += static_cast<std::uint64_t>(u[i + j]) + v[i];
        u[i + j] = static_cast<std::uint32_t>(back);
        back >>= 32;
      }
      u[j + n] += static_cast<std::uint32_t>(back);
    }
    quotient[j] = static_cast<std::uint32_t>(guess);
  }
  u.resize(n);
  if (s != 0) {
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint64_t high = i + 1 < n ? u[i + 1] : 0;
      u[i] = static_cast<std::uint32_t>(((high << 32) | u[i]) >> s);
    }
  }
  trim(u);
  trim(quotient);
  return {std::move(quotient), std::move(u)};
}

std::uint64_t magnitude_of(std::int64_t v) {
  return v < 0 ? ~static_cast<std::uint64_t>(v) + 1 : static_cast<std::uint64_t>(v);
}

}  // namespace

BigInt BigInt::make(bool negative, Limbs limbs) {
  trim(limbs);
  if (limbs.size() <= 2) {
    std::uint64_t m = 0;
    for (std::size_t i = limbs.size(); i-- > 0;) m = (m << 32) | limbs[i];
    const std::uint64_t top = 1ULL << 63;
    if (m < top) return BigInt(negative ? -static_cast<std::int64_t>(m) : static_cast<std::int64_t>(m));
    if (m == top && negative) return BigInt(std::numeric_limits<std::int64_t>::min());
  }
  BigInt out;
  out.big_ = std::make_shared<const Big>(Big{negative, std::move(limbs)});
  return out;
}

Limbs BigInt::magnitude() const {
  if (big_) return big_->limbs;
  const std::uint64_t m = magnitude_of(small_);
  Limbs out{static_cast<std::uint32_t>(m), static_cast<std::uint32_t>(m >> 32)};
  trim(out);
  return out;
}

BigInt BigInt::from_hex(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  Limbs limbs((text.size() + 7) / 8, 0);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[text.size() - 1 - i];
    std::uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<std::uint32_t>(c - 'a' + 10);
    } else {
      throw std::invalid_argument("not a hexadecimal integer");
    }
    limbs[i / 8] |= digit << (4 * (i % 8));
  }
  return make(negative, std::move(limbs));
}

std::string BigInt::to_hex() const {
  const Limbs limbs = magnitude();
  std::string out;
  for (const std::uint32_t limb : limbs) {
    for (int i = 0; i < 8; ++i) out.push_back("0123456789abcdef"[(limb >> (4 * i)) & 15]);
  }
  while (out.size() > 1 && out.back() == '0') out.pop_back();
  if (out.empty()) out = "0";
  if (negative()) out.push_back('-');
  std::reverse(out.begin(), out.end());
  return out;
}

int BigInt::sign() const {
  if (big_) return big_->negative ? -1 : 1;
  return small_ < 0 ? -1 : (small_ > 0 ? 1 : 0);
}

std::size_t BigInt::bits() const {
  if (!big_) return static_cast<std::size_t>(std::bit_width(magnitude_of(small_)));
  return 32 * (big_->limbs.size() - 1) + static_cast<std::size_t>(std::bit_width(big_->limbs.back()));
}

void BigInt::hash_into(KeyBuilder& out) const {
  if (!big_) {
    out.add(0);
    out.add(static_cast<std::uint64_t>(small_));
    return;
  }
  out.add(big_->negative ? 2 : 1);
  out.add(big_->limbs.size());
  for (const std::uint32_t limb : big_->limbs) out.add(limb);
}

BigInt BigInt::operator-() const {
  if (!big_ && small_ != std::numeric_limits<std::int64_t>::min()) return BigInt(-small_);
  return make(!negative(), magnitude());
}

BigInt BigInt::add_signed(const BigInt& x, const BigInt& y, bool flip) {
  const bool xn = x.negative();
  const bool yn = y.negative() != flip;
  const Limbs xm = x.magnitude();
  const Limbs ym = y.magnitude();
  if (xn == yn) return make(xn, add(xm, ym));
  return compare(xm, ym) >= 0 ? make(xn, subtract(xm, ym)) : make(yn, subtract(ym, xm));
}

BigInt operator+(const BigInt& x, const BigInt& y) {
  std::int64_t out = 0;
  if (!x.big_ && !y.big_ && !__builtin_add_overflow(x.small_, y.small_, &out)) return BigInt(out);
  return BigInt::add_signed(x, y, false);
}

BigInt operator-(const BigInt& x, const BigInt& y) {
  std::int64_t out = 0;
  if (!x.big_ && !y.big_ && !__builtin_sub_overflow(x.small_, y.small_, &out)) return BigInt(out);
  return BigInt::add_signed(x, y, true);
}

BigInt operator*(const BigInt& x, const BigInt& y) {
  std::int64_t out = 0;
  if (!x.big_ && !y.big_ && !__builtin_mul_overflow(x.small_, y.small_, &out)) return BigInt(out);
  return BigInt::make(x.negative() != y.negative(), multiply(x.magnitude(), y.magnitude()));
}

std::pair<BigInt, BigInt> divmod_floor(const BigInt& x, const BigInt& y) {
  if (y.is_zero()) throw std::invalid_argument("division by zero");
  const std::int64_t least = std::numeric_limits<std::int64_t>::min();
  if (!x.big_ && !y.big_ && !(x.small_ == least && y.small_ == -1)) {
    std::int64_t q = x.small_ / y.small_;
    std::int64_t r = x.small_ % y.small_;
    if (r != 0 && ((r < 0) != (y.small_ < 0))) {
      --q;
      r += y.small_;
    }
    return {BigInt(q), BigInt(r)};
  }
  auto [qm, rm] = divide(x.magnitude(), y.magnitude());
  BigInt q = BigInt::make(x.negative() != y.negative(), std::move(qm));
  BigInt r = BigInt::make(x.negative(), std::move(rm));
  if (!r.is_zero() && r.negative() != y.negative()) {
    q = q - BigInt(1);
    r = r + y;
  }
  return {std::move(q), std::move(r)};
}

bool operator==(const BigInt& x, const BigInt& y) { return (x <=> y) == std::strong_ordering::equal; }

std::strong_ordering operator<=>(const BigInt& x, const BigInt& y) {
  if (!x.big_ && !y.big_) return x.small_ <=> y.small_;
  if (x.negative() != y.negative()) {
    return x.negative() ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  const int c = compare(x.magnitude(), y.magnitude()) * (x.negative() ? -1 : 1);
  return c <=> 0;
}

BigInt abs(const BigInt& x) { return x.sign() < 0 ? -x : x; }

BigInt gcd(BigInt x, BigInt y) {
  x = abs(x);
  y = abs(y);
  while (!y.is_zero()) {
    BigInt r = divmod_floor(x, y).second;
    x = std::move(y);
    y = std::move(r);
  }
  return x;
}

}  // namespace lift
