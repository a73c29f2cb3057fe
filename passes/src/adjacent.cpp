// Adjacent domains: two operators with one body over E and L and over E and not L are one operator over E.
#include <algorithm>

#include "linear.hpp"
#include "tiles.hpp"

namespace lift {
namespace {

constexpr std::size_t kMaxShifts = 8;

struct Piece {
  Lits lits;
  Id body;
};

Piece opened(Core& core, Id atom, const std::vector<Id>& syms) {
  Piece out;
  for (const Lit l : Lits(core.node(atom).domain)) out.lits.push_back(core.instantiate(l, syms));
  out.body = core.instantiate(core.node(atom).args[0], syms);
  return out;
}

// The polynomials at or below the root that mention the symbol.
std::vector<Id> polys_with(Core& core, Id root, Id sym) {
  const Id one[] = {sym};
  std::vector<Id> out;
  for (const Id id : core.below(root, [](const Node& n) { return n.kind == Kind::Poly; })) {
    if (core.mentions(id, one)) out.push_back(id);
  }
  return out;
}

// (coefficient, cofactor) of the one monomial with the symbol as a factor, and the polynomial without it.
struct Affine {
  Rat c;
  MonoId m;
  Poly rest;
};
std::optional<Affine> affine(Core& core, const Poly& p, Id sym) {
  std::optional<Affine> out;
  Poly rest;
  for (const Monomial& t : p) {
    Factors factors = core.mono(t.m).factors;
    const auto hit = std::find(factors.begin(), factors.end(), std::pair<Id, std::uint32_t>{sym, 1});
    if (hit == factors.end()) {
      rest.push_back(t);
      continue;
    }
    if (out) return std::nullopt;
    factors.erase(hit);
    out = Affine{t.c, core.make_mono(std::move(factors)), {}};
  }
  if (out) out->rest = std::move(rest);
  return out;
}

// p / (c*m) where that is an integer polynomial.
std::optional<Poly> quotient(Core& core, const Poly& p, const Rat& c, MonoId m) {
  Poly out;
  for (const Monomial& t : p) {
    Factors factors = core.mono(t.m).factors;
    for (const auto& [atom, n] : core.mono(m).factors) {
      const auto hit = std::find_if(factors.begin(), factors.end(), [&](const auto& f) { return f.first == atom; });
      if (hit == factors.end() || hit->second < n) return std::nullopt;
      hit->second -= n;
    }
    std::erase_if(factors, [](const auto& f) { return f.second == 0; });
    out.push_back({t.c / c, core.make_mono(std::move(factors))});
    if (!out.back().c.is_int()) return std::nullopt;
  }
  out = core.normal(std::move(out));
  if (!core.all_int_atoms(out)) return std::nullopt;
  return out;
}

// Every S, free of the symbols, such that the second body may be the first with v + S for v.
std::vector<Poly> shifts(Core& core, Id one, Id two, Id v, const std::vector<Id>& syms) {
  std::vector<Poly> out{Poly{}};
  const std::vector<Id> firsts = polys_with(core, one, v);
  for (const Id second : polys_with(core, two, v)) {
    const auto b = affine(core, core.node(second).poly, v);
    if (!b) continue;
    for (const Id first : firsts) {
      const auto a = affine(core, core.node(first).poly, v);
      if (!a || a->m != b->m || !(a->c == b->c)) continue;
      auto s = quotient(core, core.add(b->rest, a->rest, Rat(-1)), a->c, a->m);
      if (!s || core.mentions(core.poly(*s), syms)) continue;
      if (std::find(out.begin(), out.end(), *s) == out.end()) out.push_back(std::move(*s));
      if (out.size() >= kMaxShifts) return out;
    }
  }
  return out;
}

bool holds_in(Core& core, Lits domain, Lit l, const Lits& facts, const std::vector<Id>& syms) {
  if (std::find(domain.begin(), domain.end(), l) != domain.end()) return true;
  domain.insert(domain.end(), facts.begin(), facts.end());
  domain.push_back({l.id, !l.pos});
  return linear_contradiction(core, domain, syms);
}

// The domain that `pivot` splits into the two, where there is one.
std::optional<Lits> joined(Core& core, const Lits& one, const Lits& two, Lit pivot, const Lits& facts, const std::vector<Id>& syms) {
  Lits out;
  for (const Lit l : one) {
    if (l == pivot) continue;
    if (!holds_in(core, two, l, facts, syms)) return std::nullopt;
    out.push_back(l);
  }
  for (const Lit l : two) {
    if (l == Lit{pivot.id, !pivot.pos}) continue;
    if (!holds_in(core, one, l, facts, syms)) return std::nullopt;
    if (std::find(out.begin(), out.end(), l) == out.end()) out.push_back(l);
  }
  return out;
}

// Whether the literal is an upper bound of the symbol.
bool bounds_above(Core& core, Lit l, Id sym) {
  const Node& n = core.node(l.id);
  if (n.kind != Kind::Ge) return false;
  const auto c = linear_coefficient(core, sym, core.node(n.args[0]).poly);
  return c && (c->sign() < 0) == l.pos;
}

// The literals under v := v - s; nothing where one does not stay one.
std::optional<Lits> moved(Core& core, const Lits& lits, const std::unordered_map<Id, Id>& map) {
  if (map.empty()) return lits;
  Lits out;
  for (const Lit l : lits) {
    const Id t = core.subst(core.lit_tree(l), map);
    if (t == core.yes) continue;
    const Node& n = core.node(t);
    if (n.kind != Kind::Ite || !core.is_leaf(n.args[1]) || !core.is_leaf(n.args[2]) || n.has_undef) return std::nullopt;
    out.push_back({n.args[0], n.args[1] == core.yes});
  }
  return out;
}

}  // namespace

std::optional<Union> adjacent(Core& core, Id one, Id two, const Lits& facts) {
  const Node& a = core.node(one);
  const Node& b = core.node(two);
  if (a.kind != Kind::Big || b.kind != Kind::Big || a.name != b.name || a.num != b.num) return std::nullopt;
  const Core::Quiet quiet(core);  // an attempt loses nothing
  Levels in_use;
  in_use.add(a.meta);
  in_use.add(b.meta);
  for (const Lit l : facts) in_use.add(core.node(l.id).meta);
  const std::uint32_t level = in_use.unused();
  std::vector<Id> syms;
  for (std::uint32_t i = 0; i < a.num; ++i) syms.push_back(core.fresh_sym(level, i, {}));
  const BigKind kind = *core.big_kind(a.name);
  const Piece first = opened(core, one, syms);
  std::vector<Id> order = syms;  // of the second operator's variables: canonical orders may differ
  std::size_t orders = a.num <= 3 ? 6 : 1;
  do {
    const Piece second = opened(core, two, order);
    for (const Id v : syms) {
      for (const Poly& s : shifts(core, first.body, second.body, v, syms)) {
        std::unordered_map<Id, Id> map;
        if (!s.empty()) map.emplace(v, core.poly(core.add(core.node(core.atom_poly(v)).poly, s, Rat(-1))));
        const auto there = moved(core, second.lits, map);
        if (!there) continue;
        for (const Lit l : first.lits) {
          if (std::find(there->begin(), there->end(), Lit{l.id, !l.pos}) == there->end()) continue;
          if (!s.empty() && !bounds_above(core, l, v)) continue;  // the upper part is moved to the lower one
          if (core.subst(second.body, map) != first.body) break;
          const auto lits = joined(core, first.lits, *there, l, facts, syms);
          if (lits) return Union{kind, syms, *lits, first.body};
        }
      }
    }
  } while (--orders > 0 && std::next_permutation(order.begin(), order.end()));
  return std::nullopt;
}

Id close_union(Core& core, const Union& u) {
  std::vector<Interval> ranges;
  for (const Id s : u.syms) ranges.push_back(core.constant_range(s, u.lits));
  return core.close(u.kind, u.syms, core.conj(u.lits), u.body, ranges);
}

}  // namespace lift
