// Tile merging: two bound variables that matter only through B*j + r, 0 <= r < B, become one. Rule: docs/terms.md, Tiles.
#include "tiles.hpp"

#include <algorithm>

#include "linear.hpp"
#include "rewrite.hpp"

namespace lift {
namespace {

constexpr std::size_t kMaxRounds = 24;  // in which a rebuilt operator is looked at again

// All polynomials at or below the roots that mention two of the symbols at least.
std::vector<Id> joint_polys(Core& core, std::vector<Id> stack, const std::vector<Id>& syms) {
  std::uint64_t bits = 0;
  for (const Id s : syms) bits |= core.node(s).meta.syms;
  const int least = std::popcount(bits) == static_cast<int>(syms.size()) ? 2 : 1;  // several symbols may share a bit
  std::unordered_set<Id> seen;
  std::vector<Id> out;
  while (!stack.empty()) {
    const Id id = stack.back();
    stack.pop_back();
    const Node& n = core.node(id);
    if (std::popcount(n.meta.syms & bits) < least) continue;
    if (!seen.insert(id).second) continue;
    core.budget.step();
    if (n.kind == Kind::Poly && n.poly.size() > 1) out.push_back(id);
    stack.insert(stack.end(), n.args.begin(), n.args.end());
    for (const Lit l : n.domain) stack.push_back(l.id);
    for (const Monomial& t : n.poly) {
      for (const auto& [atom, power] : core.mono(t.m).factors) stack.push_back(atom);
    }
  }
  core.sort_by_key(out);
  return out;
}

// Coefficient and cofactor of the monomials in which the symbol is a factor once.
std::vector<std::pair<MonoId, Rat>> cofactors(Core& core, const Poly& p, Id sym) {
  std::vector<std::pair<MonoId, Rat>> out;
  for (const Monomial& t : p) {
    Factors rest = core.mono(t.m).factors;
    const auto hit = std::find(rest.begin(), rest.end(), std::pair<Id, std::uint32_t>{sym, 1});
    if (hit == rest.end()) continue;
    rest.erase(hit);
    out.emplace_back(core.make_mono(std::move(rest)), t.c);
  }
  return out;
}

// Every integer b with |b| >= 2 such that the two symbols occur as r + b*j, scaled by whatever: ascending, no doubles.
std::vector<BigInt> strides(Core& core, const std::vector<Id>& polys, Id r, Id j) {
  std::vector<BigInt> out;
  for (const Id id : polys) {
    const Poly p = core.node(id).poly;
    const auto small = cofactors(core, p, r);
    if (small.empty()) continue;
    for (const auto& [m, c] : cofactors(core, p, j)) {
      for (const auto& [n, d] : small) {
        if (m != n) continue;
        const Rat ratio = c / d;
        if (ratio.is_int() && !ratio.abs().is_one()) out.push_back(ratio.num());
      }
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

class Merger final : public Rewriter {
 public:
  Merger(Core& core, const Lits& facts) : Rewriter(core), facts_(facts), joiner_(core, facts) {
    std::vector<Id> key{kNone, kNone, kNone};
    for (const Lit l : facts) {
      key.push_back(l.id);
      key.push_back(l.pos ? 1 : 0);
      in_use_.add(core.node(l.id).meta);
    }
    memo_ = core.memo_of(core.subst_memos, std::move(key));
  }

  Id run(Id t) {
    for (std::size_t round = 0; round < kMaxRounds; ++round) {
      const Id out = joiner_.regions(tree(t));
      if (out == t) break;
      t = out;
    }
    return t;
  }

 private:
  struct Tile {
    Id r;
    Id j;
    Rat stride;  // r + stride*j
    Id merged;   // r + stride*j, a new symbol
  };

  bool touched(const Meta& m) const override { return m.binders; }
  bool inside(Id) override { return true; }

  Id rebuilt(const Parts& parts) override {
    if (!parts.same) return again(closed(parts));
    return merged(parts);
  }

  Id settled(Id t) override {
    if (!core_.node(t).meta.binders) return t;
    return core_.map_leaves(t, [this](Id leaf) {
      const Id out = joiner_.leaf(leaf);
      return out == kNone ? leaf : again(out);
    });
  }

  Id again(Id t) {
    if (rounds_ >= kMaxRounds) return t;
    ++rounds_;
    const Id out = tree(t);
    --rounds_;
    return out;
  }

  Id merged(const Parts& parts) {
    if (parts.syms.size() < 2) return kNone;
    std::vector<Id> roots;
    if (parts.body != kNone) roots.push_back(parts.body);
    Lits lits;
    for (const Id c : parts.conds) {
      lits.push_back({core_.node(c).args[0], core_.node(c).args[1] == core_.yes});
      roots.push_back(lits.back().id);
    }
    const std::vector<Id> polys = joint_polys(core_, roots, parts.syms);
    if (polys.empty()) return kNone;
    Levels in_use = core_.levels(parts.syms, lits);
    if (parts.body != kNone) in_use.add(core_.node(parts.body).meta);
    const Id fresh = core_.fresh_sym(in_use.unused(), 0, {});
    for (const Id r : parts.syms) {
      for (const Id j : parts.syms) {
        if (r == j) continue;
        for (const BigInt& stride : strides(core_, polys, r, j)) {
          const Tile tile{r, j, Rat(stride), fresh};
          {
            const Core::Quiet quiet(core_);  // an attempt loses nothing
            if (!covers(parts.syms, lits, tile) || !without_tile(parts, lits, tile)) continue;
          }
          return finish(parts, lits, tile);
        }
      }
    }
    return kNone;
  }

  Id finish(const Parts& parts, const Lits& lits, const Tile& tile) {
    const std::size_t ledger = core_.ledger_size();
    const std::optional<Parts> fused = without_tile(parts, lits, tile);
    if (!fused) return kNone;
    Lits domain;
    for (const Id c : fused->conds) {
      if (core_.node(c).kind != Kind::Ite) continue;
      if (core_.is_leaf(core_.node(c).args[1]) && core_.is_leaf(core_.node(c).args[2])) {
        domain.push_back({core_.node(c).args[0], core_.node(c).args[1] == core_.yes});
      }
    }
    Id out = closed(*fused);
    core_.wrap_ledger(ledger, fused->syms, domain);
    if (parts.kind == BigKind::Max || parts.kind == BigKind::Min) out = less_tests(core_, out, core_.identity(*parts.kind));
    return again(out);
  }

  bool implied(Lits lits, const Poly& p, std::span<const Id> syms) {  // p >= 0
    lits.insert(lits.end(), facts_.begin(), facts_.end());
    const Poly negated = core_.add(core_.constant_poly(Rat(-1)), p, Rat(-1));
    if (const auto c = core_.constant(p)) return c->sign() >= 0;
    lits.push_back(core_.raw_ge(negated));
    return linear_contradiction(core_, lits, syms);
  }

  // 0 <= r < B, as polynomials that are not negative.
  std::pair<Poly, Poly> lane(const Tile& t) {
    const Poly r = core_.node(core_.atom_poly(t.r)).poly;
    return {r, core_.add(core_.constant_poly(t.stride.abs() - Rat(1)), r, Rat(-1))};
  }

  bool covers(const std::vector<Id>& syms, const Lits& lits, const Tile& t) {
    const auto [above, below] = lane(t);
    const Interval range = core_.atom_interval(t.r);  // constant bounds that the domain gives
    const bool low = range.lo && range.lo->sign() >= 0;
    const bool high = range.hi && *range.hi < t.stride.abs();
    return (low || implied(lits, above, syms)) && (high || implied(lits, below, syms));
  }

  // The operator over `merged` in place of r and j, nothing when more than r + stride*j matters.
  std::optional<Parts> without_tile(const Parts& parts, const Lits& lits, const Tile& t) {
    const Id just_r[] = {t.r};
    const Id just_j[] = {t.j};
    const Poly merged = core_.node(core_.atom_poly(t.merged)).poly;
    const Poly lane_of = core_.add(merged, core_.node(core_.atom_poly(t.j)).poly, -t.stride);
    const std::unordered_map<Id, Id> map{{t.r, core_.poly(lane_of)}};
    Parts out{parts.kind, {}, {}, parts.body, false};
    if (parts.body != kNone) {
      out.body = core_.subst(parts.body, map);
      if (core_.mentions(out.body, just_j)) return std::nullopt;
    }
    const auto [above, below] = lane(t);
    Lits kept = lits;  // in the old variables, less what the others imply
    for (const Lit l : lits) {
      if (core_.mentions(l.id, just_r)) {
        const Id moved = core_.subst(core_.lit_tree(l), map);
        if (!core_.mentions(moved, just_j)) {
          out.conds.push_back(moved);
        } else if (!linear_contradiction(core_, {core_.raw_ge(above), core_.raw_ge(below), {l.id, !l.pos}}, just_r)) {
          return std::nullopt;
        }
      } else if (core_.mentions(l.id, just_j)) {
        const std::optional<Poly> bound = tile_bound(l, t, parts.syms);
        if (!bound) return std::nullopt;
        if (bound_implied(kept, l, parts.syms)) continue;
        out.conds.push_back(core_.ge_zero(*bound));
      } else {
        out.conds.push_back(core_.lit_tree(l));
      }
    }
    for (const Id s : parts.syms) {
      if (s != t.r && s != t.j) out.syms.push_back(s);
    }
    out.syms.push_back(t.merged);
    return out;
  }

  bool bound_implied(Lits& kept, Lit l, const std::vector<Id>& syms) {
    Lits others;
    std::copy_if(kept.begin(), kept.end(), std::back_inserter(others), [&](Lit x) { return x != l; });
    Lits refuted = others;
    refuted.insert(refuted.end(), facts_.begin(), facts_.end());
    refuted.push_back({l.id, !l.pos});
    if (!linear_contradiction(core_, refuted, syms)) return false;
    kept = std::move(others);
    return true;
  }

  // A bound a*j + R >= 0 as one of `merged`: j is merged div B, or its negative.
  std::optional<Poly> tile_bound(Lit l, const Tile& t, const std::vector<Id>& syms) {
    if (core_.node(l.id).kind != Kind::Ge) return std::nullopt;
    Poly p = core_.node(core_.node(l.id).args[0]).poly;
    if (!l.pos) p = core_.add(core_.constant_poly(Rat(-1)), p, Rat(-1));
    const auto a = linear_coefficient(core_, t.j, p);
    if (!a || !a->is_int()) return std::nullopt;
    const Poly rest = without(core_, t.j, p);
    if (!a->abs().is_one() && core_.mentions(core_.poly(rest), syms)) return std::nullopt;
    const Rat b = t.stride.abs();
    const Poly merged = core_.node(core_.atom_poly(t.merged)).poly;
    const Id quotient = core_.leaf_floordiv(core_.poly(rest), core_.number(a->abs()));
    const Poly tiles = core_.scale(core_.node(quotient).poly, b);
    if (a->sign() * t.stride.sign() > 0) return core_.add(merged, tiles);  // tile >= -(R div a)
    return core_.add(core_.add(tiles, core_.constant_poly(b - Rat(1))), merged, Rat(-1));
  }

  Lits facts_;
  Joiner joiner_;
  std::size_t rounds_ = 0;
};

}  // namespace

Id merge_tiles(Core& core, Id term, const Lits& facts) { return Merger(core, facts).run(term); }

}  // namespace lift
