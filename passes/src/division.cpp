// Floor division of integer polynomials. Laws: python/triton_lift/_core.pyi, `floordiv`.
#include <algorithm>

#include "core.hpp"

namespace lift {
namespace {

// Coefficients split into quotient and remainder by c > 0; gives the quotient, leaves the remainder in `p`.
Poly split_by_constant(Poly& p, const BigInt& c) {
  Poly quotient;
  Poly rest;
  for (const Monomial& t : p) {
    auto [q, r] = divmod_floor(t.c.num(), c);
    if (!q.is_zero()) quotient.push_back({Rat(q), t.m});
    if (!r.is_zero()) rest.push_back({Rat(r), t.m});
  }
  p = std::move(rest);
  return quotient;
}

// The same quotient and rest with remainders from -c/2 to c/2.
std::pair<Poly, Poly> balanced(Core& core, Poly quotient, Poly rest, const BigInt& c) {
  Poly more;
  for (Monomial& t : rest) {
    if (!(c < t.c.num() + t.c.num())) continue;
    t.c = t.c - Rat(c);
    more.push_back({Rat(1), t.m});
  }
  return {core.add(quotient, more), std::move(rest)};
}

// The quotient of monomials, or nothing when m is no factor of `of`.
std::optional<std::vector<std::pair<Id, std::uint32_t>>> divide_mono(const Core& core, MonoId of, MonoId m) {
  std::vector<std::pair<Id, std::uint32_t>> out;
  std::size_t matched = 0;
  const auto& divisor = core.mono(m).factors;
  for (const auto& [atom, n] : core.mono(of).factors) {
    const auto hit = std::find_if(divisor.begin(), divisor.end(), [&](const auto& f) { return f.first == atom; });
    std::uint32_t left = n;
    if (hit != divisor.end()) {
      if (hit->second > n) return std::nullopt;
      left -= hit->second;
      ++matched;
    }
    if (left != 0) out.emplace_back(atom, left);
  }
  if (matched != divisor.size()) return std::nullopt;
  return out;
}

BigInt content(const Poly& p, bool with_constant) {
  BigInt g;
  for (const Monomial& t : p) {
    if (with_constant || t.m != 0) g = gcd(g, t.c.num());
  }
  return g;
}

Poly divide_coefficients(const Poly& p, const BigInt& g) {
  Poly out;
  for (const Monomial& t : p) {
    BigInt q = floor_div(t.c.num(), g);
    if (!q.is_zero()) out.push_back({Rat(std::move(q)), t.m});
  }
  return out;
}

// (x div a) + r with a constant a > 0, as pieces; nothing for any other polynomial.
struct Nested {
  Id numerator;
  BigInt a;
  BigInt r;
};
std::optional<Nested> nested_quotient(const Core& core, const Poly& p) {
  const Rat r = core.constant_part(p);
  Poly head = p;
  if (!r.is_zero()) head.erase(head.begin());
  const Id atom = core.single_atom(head);
  if (atom == kNone) return std::nullopt;
  const Node& n = core.node(atom);
  if (n.kind != Kind::App || n.name != core.n_floordiv) return std::nullopt;
  const auto a = core.constant(core.node(n.args[1]).poly);
  if (!a) return std::nullopt;
  return Nested{n.args[0], a->num(), r.num()};
}

}  // namespace

Id Core::leaf_floordiv(Id a, Id b) {
  const Guard guard(budget);
  if (a == undef || b == undef || b == zero) return undef;
  if (node(a).kind == Kind::Inf || node(b).kind == Kind::Inf) return undef;
  if (!node(a).meta.is_int || !node(b).meta.is_int) throw std::invalid_argument("floordiv of a term that is not an integer");
  Poly rest = node(a).poly;
  Poly divisor = node(b).poly;
  const Rat lead = divisor[0].m == 0 && divisor.size() > 1 ? divisor[1].c : divisor[0].c;
  if (lead.sign() < 0) {
    rest = scale(rest, Rat(-1));
    divisor = scale(divisor, Rat(-1));
  }
  const std::optional<Rat> c = constant(divisor);
  if (c) {
    if (c->is_one()) return poly(std::move(rest));
    const Poly quotient = split_by_constant(rest, c->num());
    if (rest.empty()) return poly(quotient);
    // Decided by the range of the rest, or of the rest with each remainder above c/2 taken as a negative one.
    for (auto [whole, left] : {std::pair(quotient, rest), balanced(*this, quotient, rest, c->num())}) {
      const Interval i = interval(left);
      if (!i.lo || !i.hi) continue;
      const BigInt low = floor_div(i.lo->floor(), c->num());
      if (low != floor_div(i.hi->floor(), c->num())) continue;
      for (const Monomial& t : left) drop_mono(t.m);
      return poly(add(whole, constant_poly(Rat(low))));
    }
    const BigInt g = gcd(content(rest, false), c->num());  // floor((g*x + r)/(g*c)) = floor((x + floor(r/g))/c)
    rest = divide_coefficients(rest, g);
    const BigInt d = floor_div(c->num(), g);
    if (d.is_one()) return poly(add(quotient, rest));
    if (const auto inner = nested_quotient(*this, rest)) {
      const Poly numerator = add(node(inner->numerator).poly, constant_poly(Rat(inner->a * inner->r)));
      const Id merged = leaf_floordiv(poly(numerator), number(Rat(inner->a * d)));
      return leaf_add(poly(quotient), merged);
    }
    const Id atom = app_atom(n_floordiv, {poly(rest), number(Rat(d))}, true);
    return leaf_add(poly(quotient), atom_poly(atom));
  }
  Poly quotient;
  // What the laws below take apart had a divisor that may be zero: the ledger keeps the quotient as it was.
  const auto lost = [&] {
    drop(app_atom(n_floordiv, {a, b}, true));
    return poly(quotient);
  };
  if (divisor.size() == 1) {
    const BigInt& dc = divisor[0].c.num();
    Poly left;
    for (const Monomial& t : rest) {
      const auto q = divide_mono(*this, t.m, divisor[0].m);
      if (!q) {
        left.push_back(t);
        continue;
      }
      auto [qc, rc] = divmod_floor(t.c.num(), dc);
      if (!qc.is_zero()) quotient.push_back({Rat(qc), make_mono(*q)});
      if (!rc.is_zero()) left.push_back({Rat(rc), t.m});
    }
    quotient = normal(std::move(quotient));
    rest = std::move(left);
  } else if (rest.size() >= divisor.size()) {  // rest == k*divisor
    const Rat k = rest.back().c / divisor.back().c;
    if (k.is_int() && rest == scale(divisor, k)) {
      quotient = constant_poly(k);
      return lost();
    }
  }
  if (rest.empty()) return lost();
  const Interval low = interval(rest);
  const Interval high = interval(add(divisor, rest, Rat(-1)));
  if (low.lo && low.lo->sign() >= 0 && high.lo && high.lo->sign() > 0) {  // 0 <= rest < divisor
    for (const Monomial& t : rest) drop_mono(t.m);
    return lost();
  }
  const BigInt g = gcd(content(rest, true), content(divisor, true));
  const Id atom = app_atom(n_floordiv, {poly(divide_coefficients(rest, g)), poly(divide_coefficients(divisor, g))}, true);
  return leaf_add(poly(quotient), atom_poly(atom));
}

Id Core::mod(Id a, Id b) { return sub(a, mul(b, floordiv(a, b))); }

}  // namespace lift
