// Arithmetic on leaves (polynomial, infinities, undef) and its lifting to trees.
#include <algorithm>

#include "core.hpp"

namespace lift {

Id Core::leaf_add(Id a, Id b) {
  if (a == undef || b == undef) return undef;
  const Node& x = node(a);
  const Node& y = node(b);
  if (x.kind == Kind::Inf) return y.kind == Kind::Inf && x.num != y.num ? undef : a;
  if (y.kind == Kind::Inf) return b;
  return poly(add(x.poly, y.poly));
}

Id Core::leaf_mul(Id a, Id b) {
  if (a == undef || b == undef) return undef;
  if (node(a).kind == Kind::Inf) std::swap(a, b);
  const Node& x = node(a);
  const Node& y = node(b);
  if (y.kind == Kind::Inf) {
    if (x.kind == Kind::Inf) return x.num == y.num ? pos_inf : neg_inf;
    const Interval i = interval(x.poly);
    const bool positive = i.lo && (i.lo->sign() > 0 || (i.lo->is_zero() && i.lo_open));
    const bool negative = i.hi && (i.hi->sign() < 0 || (i.hi->is_zero() && i.hi_open));
    if (!positive && !negative) return undef;
    return positive == (y.num == 1) ? pos_inf : neg_inf;
  }
  if (x.poly.empty() || y.poly.empty()) {
    for (const Monomial& t : x.poly) drop_mono(t.m);
    for (const Monomial& t : y.poly) drop_mono(t.m);
    return zero;
  }
  if (x.poly.size() > 1 && y.poly.size() > 1 && x.poly.size() * y.poly.size() > kMaxProduct) {
    const bool first = x.poly.size() > y.poly.size() || (x.poly.size() == y.poly.size() && key(a) > key(b));
    return first ? leaf_mul(paren(a), b) : leaf_mul(a, paren(b));
  }
  return poly(mul(x.poly, y.poly));
}

Id Core::scaled(Id a, const Rat& c) {
  if (c.is_one()) return a;
  return map_leaves(a, [&](Id x) {
    const Node& n = node(x);
    if (n.kind == Kind::Inf) return c.sign() > 0 ? x : (n.num == 1 ? neg_inf : pos_inf);
    return n.kind == Kind::Poly ? poly(scale(n.poly, c)) : x;
  });
}

Id Core::leaf_power(Id a, std::uint64_t n) {
  if (a == undef) return undef;
  if (n == 0) {
    drop(a);
    return one;
  }
  const Node& x = node(a);
  if (n == 1) return a;
  if (x.kind == Kind::Inf) return x.num == 1 || n % 2 == 0 ? pos_inf : neg_inf;
  if (x.poly.empty()) return zero;
  if (x.poly.size() == 1) {
    const Rat& base = x.poly[0].c;
    Rat c(1);
    if (base == Rat(-1)) {
      c = n % 2 == 0 ? Rat(1) : Rat(-1);
    } else if (!base.is_one()) {
      if (n > kMaxCoefficientBits || (base.bits() - 1) * n > kMaxCoefficientBits) throw BudgetError("bits of a coefficient");
      for (std::uint64_t bit = std::uint64_t{1} << 17; bit != 0; bit >>= 1) {
        c = c * c;
        if ((n & bit) != 0) c = c * base;
        check(c);
      }
    }
    return poly({Monomial{c, mono_pow(x.poly[0].m, n)}});
  }
  // The number of monomials of degree n in t of them: wrapped when it is too large.
  double count = 1;
  for (std::size_t i = 1; i < x.poly.size() && count <= kMaxProduct; ++i) {
    count = count * static_cast<double>(n + i) / static_cast<double>(i);
  }
  if (n > kMaxProduct || count > kMaxProduct) return leaf_power(paren(a), n);
  Id out = a;
  for (std::uint64_t i = 1; i < n; ++i) out = poly(mul(node(out).poly, x.poly));
  return out;
}

Id Core::power(Id a, std::uint64_t n) {
  return map_leaves(a, [&](Id x) { return leaf_power(x, n); });
}

// 1/P. A single monomial distributes; a longer P becomes one atom, scaled to leading coefficient 1.
Id Core::leaf_recip(Id a) {
  if (a == undef || a == zero) return undef;
  const Node& x = node(a);
  if (x.kind == Kind::Inf) return zero;
  if (x.poly.size() == 1) {
    const Monomial t = x.poly[0];
    std::vector<std::pair<Id, std::uint32_t>> rest;
    MonoId m = 0;
    for (const auto& [atom, n] : mono(t.m).factors) {
      if (is_exp(atom)) {
        const Poly e = scale(node(node(atom).args[0]).poly, Rat(-1));
        m = mono_mul(m, make_mono({{exp_atom(node(atom).name, poly(e)), 1}}));
      } else {
        rest.emplace_back(app_atom(n_recip, {atom_poly(atom)}, false), n);
      }
    }
    return poly({Monomial{t.c.inverse(), mono_mul(m, make_mono(std::move(rest)))}});
  }
  const Rat lead = x.poly[0].m == 0 ? x.poly[1].c : x.poly[0].c;
  const Id scaled_poly = poly(scale(x.poly, lead.inverse()));
  const Id atom = app_atom(n_recip, {scaled_poly}, false);
  return poly({Monomial{lead.inverse(), make_mono({{atom, 1}})}});
}

Id Core::recip(Id a) {
  return map_leaves(a, [&](Id x) { return leaf_recip(x); });
}

}  // namespace lift
