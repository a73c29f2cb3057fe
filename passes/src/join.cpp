// Adjacent operators found among summands, factors and operands, and joined. Rule: docs/terms.md, Tiles and adjacent domains.
#include <algorithm>

#include "tiles.hpp"

namespace lift {
namespace {

constexpr std::size_t kMaxExtrema = 12;  // of one term, among which adjacent ones are looked for

}  // namespace

Id less_tests(Core& core, Id t, Id gone) {
  const Node& n = core.node(t);
  if (n.kind != Kind::Ite) return t;
  const Guard guard(core.budget);
  const std::vector<Id> args = n.args;
  if (args[1] == gone) return less_tests(core, args[2], gone);
  if (args[2] == gone) return less_tests(core, args[1], gone);
  return core.branch(args[0], less_tests(core, args[1], gone), less_tests(core, args[2], gone));
}

// One operator for the first two adjacent ones among summands, factors, or the operands of a max or min.
Id Joiner::leaf(Id leaf) {
  const Poly p = core_.node(leaf).poly;
  for (std::size_t i = 0; i < p.size(); ++i) {
    for (std::size_t k = i + 1; k < p.size(); ++k) {
      if (!(p[i].c == p[k].c)) continue;
      const auto pair = operators(p[i].m, p[k].m, BigKind::Sum);
      if (!pair) continue;
      Poly others;
      for (std::size_t x = 0; x < p.size(); ++x) {
        if (x != i && x != k) others.push_back(p[x]);
      }
      const Id one = core_.mul(core_.poly({Monomial{p[i].c, pair->rest}}), pair->both);
      return core_.add(core_.poly(std::move(others)), one);
    }
    for (const auto& [atom, power] : Factors(core_.mono(p[i].m).factors)) {
      const Id both = extremum(atom);
      if (both != kNone) return core_.subst(leaf, {{atom, both}});
    }
    const Id product = factors_joined(p[i].m);
    if (product == kNone) continue;
    Poly others = p;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    return core_.add(core_.poly(std::move(others)), core_.scaled(product, p[i].c));
  }
  return kNone;
}

// The monomials are operators of the kind, times the same rest.
std::optional<Joiner::Pair> Joiner::operators(MonoId x, MonoId y, BigKind kind) {
  for (const auto& [a, n] : Factors(core_.mono(x).factors)) {
    if (n != 1 || !is_big(a, kind)) continue;
    const MonoId rest = without_factor(x, a);
    for (const auto& [b, m] : Factors(core_.mono(y).factors)) {
      if (m != 1 || b == a || !is_big(b, kind) || without_factor(y, b) != rest) continue;
      const Id both = united(a, b);
      if (both != kNone) return Pair{rest, both};
    }
  }
  return std::nullopt;
}

// A monomial with one `prod` for two adjacent ones among its factors.
Id Joiner::factors_joined(MonoId m) {
  const Factors factors = core_.mono(m).factors;
  for (const auto& [a, n] : factors) {
    for (const auto& [b, k] : factors) {
      if (n != k || !core_.lit_less(a, b) || !is_big(a, BigKind::Prod) || !is_big(b, BigKind::Prod)) continue;
      const Id both = united(a, b);
      if (both == kNone) continue;
      const MonoId rest = without_factor(without_factor(m, a), b);
      return core_.mul(core_.poly({Monomial{Rat(1), rest}}), core_.power(both, n));
    }
  }
  return kNone;
}

bool Joiner::is_big(Id atom, BigKind kind) const {
  return core_.node(atom).kind == Kind::Big && core_.node(atom).name == core_.big_name(kind);
}

MonoId Joiner::without_factor(MonoId m, Id atom) {
  Factors rest = core_.mono(m).factors;
  std::erase_if(rest, [&](const auto& f) { return f.first == atom; });
  return core_.make_mono(std::move(rest));
}

// n-ary max or min: two operands c*Max(...) + R with the same c and R.
Id Joiner::extremum(Id atom) {
  const Node& n = core_.node(atom);
  if (n.kind != Kind::App || (n.name != core_.n_max && n.name != core_.n_min)) return kNone;
  const std::vector<Id> args = n.args;
  const NameId name = n.name;
  const BigKind kind = name == core_.n_max ? BigKind::Max : BigKind::Min;
  for (std::size_t i = 0; i < args.size(); ++i) {
    for (std::size_t k = i + 1; k < args.size(); ++k) {
      const Id both = operands(args[i], args[k], kind);
      if (both == kNone) continue;
      std::vector<Id> rest{both};
      for (std::size_t x = 0; x < args.size(); ++x) {
        if (x != i && x != k) rest.push_back(args[x]);
      }
      return core_.lift(rest, [&](const std::vector<Id>& xs) { return core_.leaf_app(name, xs, false, {}); });
    }
  }
  return kNone;
}

Id Joiner::operands(Id x, Id y, BigKind kind) {
  const Poly p = core_.node(x).poly;
  const Poly q = core_.node(y).poly;
  for (const Monomial& t : p) {
    const Id a = core_.single_atom(Poly{Monomial{Rat(1), t.m}});
    if (a == kNone || !is_big(a, kind)) continue;
    for (const Monomial& u : q) {
      const Id b = core_.single_atom(Poly{Monomial{Rat(1), u.m}});
      if (b == kNone || b == a || !(t.c == u.c) || !is_big(b, kind)) continue;
      const Poly rest = core_.add(p, Poly{t}, Rat(-1));
      if (rest != core_.add(q, Poly{u}, Rat(-1))) continue;
      const Id both = united(a, b);
      if (both != kNone) return core_.add(core_.poly(rest), core_.scaled(both, t.c));
    }
  }
  return kNone;
}

// What two operators with one body have in common, at a glance.
bool Joiner::alike(Id a, Id b) const {
  const Node& x = core_.node(a);
  const Node& y = core_.node(b);
  const Node& p = core_.node(x.args[0]);
  const Node& q = core_.node(y.args[0]);
  return x.num == y.num && p.meta.arrays == q.meta.arrays && p.poly.size() == q.poly.size();
}

// One operator for two adjacent ones, in either order.
Id Joiner::united(Id a, Id b) {
  if (core_.lit_less(b, a)) std::swap(a, b);
  const auto [known, fresh] = united_.try_emplace({a, b}, kNone);
  if (!fresh) return known->second;
  if (!alike(a, b)) return kNone;
  auto u = adjacent(core_, a, b, facts_);
  if (!u) u = adjacent(core_, b, a, facts_);
  if (!u) return kNone;
  Id out = close_union(core_, *u);
  if (u->kind == BigKind::Max || u->kind == BigKind::Min) out = less_tests(core_, out, core_.identity(u->kind));
  return united_[{a, b}] = out;
}

// Where one of two adjacent extrema is over nothing, the other is their union; and one of them is not over nothing
// exactly where the union is not.
Id Joiner::regions(Id t) {
  if (core_.node(t).is_bool || core_.is_leaf(t)) return t;
  const std::vector<Id> atoms = core_.below(t, [&](const Node& n) {
    const bool extremum = n.kind == Kind::Big && (n.name == core_.n_max || n.name == core_.n_min);
    return extremum && n.meta.loose == 0 && n.meta.fresh == 0;
  });
  for (std::size_t i = 0; i < atoms.size() && atoms.size() <= kMaxExtrema; ++i) {
    for (std::size_t k = i + 1; k < atoms.size(); ++k) {
      const Id out = one_region(t, atoms[i], atoms[k]);
      if (out != kNone) return out;
    }
  }
  return t;
}

Id Joiner::one_region(Id t, Id a, Id b) {
  const Id both = united(a, b);
  if (both == kNone || !core_.is_leaf(both)) return kNone;
  const Id some_a = some(a);
  const Id some_b = some(b);
  const Id some_both = core_.single_atom(both) == kNone ? kNone : some(core_.single_atom(both));
  if (some_both == kNone) return kNone;
  const std::unordered_map<Id, Id> map{{a, core_.ite(some_b, core_.atom_poly(a), both)},
                                       {b, core_.ite(some_a, core_.atom_poly(b), both)}};
  const Id moved = core_.subst(t, map);
  const Id either = core_.apply(Op::Or, some_a, some_b);
  const Id inside = less_tests(core_, core_.ite(either, moved, core_.skip), core_.skip);
  const Id outside = less_tests(core_, core_.ite(either, core_.skip, moved), core_.skip);
  if (inside == core_.skip || outside == core_.skip) return kNone;
  const Id out = core_.ite(some_both, inside, outside);
  const Id parts[] = {a, b};
  return core_.mentions(out, parts) ? kNone : out;
}

// Where the extremum is over something.
Id Joiner::some(Id atom) {
  const Core::Quiet quiet(core_);
  const Levels in_use;
  const Core::Opened o = core_.open(atom, in_use);
  return core_.nonempty(o.syms, o.lits);
}

}  // namespace lift
