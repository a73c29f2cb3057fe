// Comparisons of leaves and their canonical literals.
#include <algorithm>

#include "core.hpp"

namespace lift {
namespace {

// Multiplies by the least common denominator.
Poly clear_denominators(const Core& core, const Poly& p) {
  BigInt m(1);
  for (const Monomial& t : p) m = floor_div(m * t.c.den(), gcd(m, t.c.den()));
  return core.scale(p, Rat(m));
}

BigInt content(const Poly& p, bool with_constant) {
  BigInt g;
  for (const Monomial& t : p) {
    if (with_constant || t.m != 0) g = gcd(g, t.c.num());
  }
  return g;
}

int leading_sign(const Poly& p) { return p[0].m == 0 && p.size() > 1 ? p[1].c.sign() : p[0].c.sign(); }

// Integer P >= 0: content of the variable part divided out, constant floored.
Poly tighten(const Core& core, const Poly& p) {
  Poly out = clear_denominators(core, p);
  const BigInt g = content(out, false);
  if (g.is_one() || g.is_zero()) return out;
  Poly scaled;
  for (const Monomial& t : out) {
    BigInt c = floor_div(t.c.num(), g);
    if (!c.is_zero()) scaled.push_back({Rat(std::move(c)), t.m});
  }
  return scaled;
}

Id literal_of(Core& core, Kind kind, Poly p) {
  Node n{.kind = kind};
  n.args = {core.poly(std::move(p))};
  return core.intern(std::move(n));
}

}  // namespace

bool Core::is_int_literal(Id lit) const { return all_int_atoms(node(node(lit).args[0]).poly); }

Lit Core::raw_ge(Poly p) {
  p = tighten(*this, p);
  if (leading_sign(p) > 0) return {literal_of(*this, Kind::Ge, std::move(p)), true};
  Poly twin = add(constant_poly(Rat(-1)), p, Rat(-1));
  return {literal_of(*this, Kind::Ge, std::move(twin)), false};
}

Lit Core::raw_gt(Poly p) {
  p = clear_denominators(*this, p);
  const BigInt g = content(p, true);
  return {literal_of(*this, Kind::Gt, scale(p, Rat(BigInt(1), g))), true};
}

Lit Core::raw_eq(Poly p) {
  p = clear_denominators(*this, p);
  const BigInt g = content(p, true);
  p = scale(p, Rat(leading_sign(p) < 0 ? BigInt(-1) : BigInt(1), g));
  return {literal_of(*this, Kind::Eq, std::move(p)), true};
}

namespace {

// c*min(a, b) + R >= 0 is a conjunction for c > 0 and a disjunction for c < 0; max the other way round.
struct Split {
  bool conjunction;
  std::vector<Poly> parts;
};
std::optional<Split> split_extremum(Core& core, const Poly& p) {
  for (const Monomial& t : p) {
    const auto& f = core.mono(t.m).factors;
    if (f.size() != 1 || f[0].second != 1) continue;
    const Node& n = core.node(f[0].first);
    if (n.kind != Kind::App || (n.name != core.n_min && n.name != core.n_max)) continue;
    Poly rest;
    for (const Monomial& u : p) {
      if (u.m != t.m) rest.push_back(u);
    }
    Split out{(n.name == core.n_min) == (t.c.sign() > 0), {}};
    for (const Id arg : std::vector<Id>(n.args)) out.parts.push_back(core.add(rest, core.node(arg).poly, t.c));
    return out;
  }
  return std::nullopt;
}

// floordiv(numerator, divisor) + rest, or its negation, with the only quotient by a constant among the linear monomials.
struct Quotient {
  Poly numerator;
  Rat divisor;
  Poly rest;
  bool negated;
};
std::optional<Quotient> lone_quotient(const Core& core, const Poly& p) {
  std::optional<Quotient> out;
  for (const Monomial& t : p) {
    const auto& f = core.mono(t.m).factors;
    if (f.size() != 1 || f[0].second != 1) continue;
    const Node& n = core.node(f[0].first);
    if (n.kind != Kind::App || n.name != core.n_floordiv) continue;
    const auto c = core.constant(core.node(n.args[1]).poly);
    if (!c) continue;
    if (out || !t.c.abs().is_one()) return std::nullopt;
    out = Quotient{core.node(n.args[0]).poly, *c, {}, t.c.sign() < 0};
    for (const Monomial& u : p) {
      if (u.m != t.m) out->rest.push_back(u);
    }
  }
  return out;
}

}  // namespace

Id Core::ge_zero(const Poly& p) {
  const Guard guard(budget);
  if (!all_int_atoms(p)) return negate_bool(gt_zero(scale(p, Rat(-1))));
  if (const auto c = constant(p)) return truth(c->sign() >= 0);
  const Interval i = interval(p);
  if ((i.lo && i.lo->sign() >= 0) || (i.hi && i.hi->sign() < 0)) {
    for (const Monomial& t : p) drop_mono(t.m);
    return truth(i.lo && i.lo->sign() >= 0);
  }
  if (const auto split = split_extremum(*this, p)) {
    Id out = truth(split->conjunction);
    for (const Poly& part : split->parts) out = apply(split->conjunction ? Op::And : Op::Or, out, ge_zero(part));
    return out;
  }
  const Poly q = tighten(*this, p);
  const Interval j = interval(q);
  if ((j.lo && j.lo->sign() >= 0) || (j.hi && j.hi->sign() < 0)) return truth(j.lo && j.lo->sign() >= 0);
  if (const auto f = lone_quotient(*this, q)) {  // A div c >= -R is A >= -c*R; A div c <= R is A <= c*R + c - 1
    const Poly scaled_rest = scale(f->rest, f->divisor);
    if (!f->negated) return ge_zero(add(f->numerator, scaled_rest));
    return ge_zero(add(add(scaled_rest, constant_poly(f->divisor - Rat(1))), f->numerator, Rat(-1)));
  }
  return lit_tree(raw_ge(q));
}

Id Core::gt_zero(const Poly& p) {
  const Guard guard(budget);
  if (const auto c = constant(p)) return truth(c->sign() > 0);
  if (all_int_atoms(p)) return ge_zero(add(clear_denominators(*this, p), constant_poly(Rat(-1))));
  const Interval i = interval(p);
  const bool above = i.lo && (i.lo->sign() > 0 || (i.lo->is_zero() && i.lo_open));
  const bool below = i.hi && i.hi->sign() <= 0;
  if (above || below) {
    for (const Monomial& t : p) drop_mono(t.m);
    return truth(above);
  }
  if (const auto split = split_extremum(*this, p)) {
    Id out = truth(split->conjunction);
    for (const Poly& part : split->parts) out = apply(split->conjunction ? Op::And : Op::Or, out, gt_zero(part));
    return out;
  }
  return lit_tree(raw_gt(p));
}

Id Core::eq_zero(const Poly& p) {
  const Guard guard(budget);
  if (const auto c = constant(p)) return truth(c->is_zero());
  const Interval i = interval(p);
  const bool above = i.lo && (i.lo->sign() > 0 || (i.lo->is_zero() && i.lo_open));
  const bool below = i.hi && (i.hi->sign() < 0 || (i.hi->is_zero() && i.hi_open));
  if (above || below) {
    for (const Monomial& t : p) drop_mono(t.m);
    return no;
  }
  if (all_int_atoms(p)) {
    Poly q = clear_denominators(*this, p);
    const BigInt g = content(q, false);
    if (!constant_part(q).num().divisible_by(g)) return no;
    q = scale(q, Rat(BigInt(1), g));
    if (const auto f = lone_quotient(*this, q)) {  // A div c == R is 0 <= A - c*R <= c - 1
      const Rat sign(f->negated ? -1 : 1);
      const Poly remainder = add(f->numerator, f->rest, sign * f->divisor);
      return apply(Op::And, ge_zero(remainder), ge_zero(add(constant_poly(f->divisor - Rat(1)), remainder, Rat(-1))));
    }
  }
  return lit_tree(raw_eq(p));
}

Id Core::leaf_compare(Op op, Id a, Id b) {
  if (a == undef || b == undef) return bundef;
  const Node& x = node(a);
  const Node& y = node(b);
  if (x.kind == Kind::Inf || y.kind == Kind::Inf) {  // the order of the extended reals
    const int left = x.kind == Kind::Inf ? (x.num == 1 ? 1 : -1) : 0;
    const int right = y.kind == Kind::Inf ? (y.num == 1 ? 1 : -1) : 0;
    if (op == Op::Eq) return truth(left == right);
    return truth(op == Op::Ge ? left >= right : left > right);
  }
  const Poly difference = add(x.poly, y.poly, Rat(-1));
  if (op == Op::Eq) return eq_zero(difference);
  return op == Op::Ge ? ge_zero(difference) : gt_zero(difference);
}

}  // namespace lift
