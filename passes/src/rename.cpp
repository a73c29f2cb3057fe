// Bijective renaming between symbols and de Bruijn variables. Literals keep their truth: nothing is decided here, so a
// bound that the range of a symbol implies survives; only order, sign and scale are made canonical again.
#include <algorithm>

#include "core.hpp"

namespace lift {
namespace {

class Renamer {
 public:
  Renamer(Core& core, std::span<const Id> syms, bool to_vars) : core_(core), syms_(syms), to_vars_(to_vars) {
    for (const Id s : syms) bloom_ |= core.node(s).meta.bloom;
  }

  Id tree(Id t, std::uint32_t depth) {
    const Node& n = core_.node(t);
    if (!touched(n.meta, depth)) return t;
    return memo(t, depth, [&] {
      if (n.kind == Kind::Poly) return poly(n.poly, depth);
      const Lit l = literal(n.args[0], depth);
      const Id a = tree(n.args[1], depth);
      const Id b = tree(n.args[2], depth);
      return core_.branch(l.id, l.pos ? a : b, l.pos ? b : a);
    });
  }

  Lit literal(Id id, std::uint32_t depth) {
    const Node& n = core_.node(id);
    if (!touched(n.meta, depth)) return {id, true};
    const Guard guard(core_.budget);
    switch (n.kind) {
      case Kind::Ge: return core_.raw_ge(core_.node(tree(n.args[0], depth)).poly);
      case Kind::Gt: return core_.raw_gt(core_.node(tree(n.args[0], depth)).poly);
      case Kind::Eq: return core_.raw_eq(core_.node(tree(n.args[0], depth)).poly);
      case Kind::Exists: return {core_.raw_exists(n.num, literals(n.domain, depth + n.num)), true};
      default: break;
    }
    Node out{.kind = Kind::BApp};
    out.name = n.name;
    for (const Id arg : n.args) out.args.push_back(tree(arg, depth));
    return {core_.intern(std::move(out)), true};
  }

 private:
  bool touched(const Meta& m, std::uint32_t depth) const {
    return to_vars_ ? (m.bloom & bloom_) != 0 : m.loose > depth;
  }

  template <typename Make>
  Id memo(Id id, std::uint32_t depth, const Make& make) {
    const std::uint64_t k = (static_cast<std::uint64_t>(depth) << 32) | id;
    const auto known = memo_.find(k);
    if (known != memo_.end()) return known->second;
    const Guard guard(core_.budget);
    const Id out = make();
    memo_.emplace(k, out);
    return out;
  }

  Lits literals(const Lits& lits, std::uint32_t depth) {
    Lits out;
    for (const Lit l : lits) {
      const Lit r = literal(l.id, depth);
      out.push_back({r.id, r.pos == l.pos});
    }
    return out;
  }

  Id poly(const Poly& p, std::uint32_t depth) {
    Poly sum;
    for (const Monomial& t : p) {
      const Mono& m = core_.mono(t.m);
      if (!touched(m.meta, depth)) {
        sum.push_back(t);
        continue;
      }
      std::vector<std::pair<Id, std::uint32_t>> factors;
      bool plain = true;  // every image is one atom: the common case
      for (const auto& [atom, n] : m.factors) {
        factors.emplace_back(core_.single_atom(renamed(atom, depth)), n);
        plain = plain && factors.back().first != kNone;
      }
      if (plain && distinct(factors)) {
        sum.push_back(Monomial{t.c, core_.make_mono(std::move(factors))});
        continue;
      }
      Poly product{Monomial{t.c, 0}};
      for (const auto& [atom, n] : m.factors) {
        const Id power = core_.leaf_power(renamed(atom, depth), n);
        product = core_.mul(product, core_.node(power).poly);
      }
      sum.insert(sum.end(), product.begin(), product.end());
    }
    return core_.poly(core_.normal(std::move(sum)));
  }

  static bool distinct(const std::vector<std::pair<Id, std::uint32_t>>& factors) {
    for (std::size_t i = 0; i < factors.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (factors[i].first == factors[j].first) return false;
      }
    }
    return true;
  }

  // The image of an atom, as a polynomial.
  Id renamed(Id atom, std::uint32_t depth) {
    const Node& n = core_.node(atom);
    if (!touched(n.meta, depth)) return core_.atom_poly(atom);
    return memo(atom, depth, [&]() -> Id {
      switch (n.kind) {
        case Kind::Sym: {
          const auto hit = std::find(syms_.begin(), syms_.end(), atom);
          if (hit == syms_.end()) return core_.atom_poly(atom);  // shares a bloom bit only
          Node var{.kind = Kind::Var};
          var.num = depth + static_cast<std::uint32_t>(hit - syms_.begin());
          return core_.atom_poly(core_.intern(std::move(var)));
        }
        case Kind::Var:  // while abstracting, a bound variable is met only where it shares a bloom bit
          return core_.atom_poly(to_vars_ ? atom : syms_[n.num - depth]);
        case Kind::Paren: return core_.paren(tree(n.args[0], depth));
        case Kind::Big: {
          const Lits domain = literals(n.domain, depth + n.num);
          return core_.raw_big(*core_.big_kind(n.name), n.num, domain, tree(n.args[0], depth + n.num));
        }
        default: break;
      }
      std::vector<Id> args;
      for (const Id arg : n.args) args.push_back(tree(arg, depth));
      return core_.rebuild_atom(n, args, core_.atom_interval(atom));
    });
  }

  Core& core_;
  std::span<const Id> syms_;
  bool to_vars_;
  std::uint64_t bloom_ = 0;
  std::unordered_map<std::uint64_t, Id> memo_;
};

}  // namespace

Id Core::abstract(Id t, std::span<const Id> syms) { return Renamer(*this, syms, true).tree(t, 0); }

Lit Core::abstract(Lit l, std::span<const Id> syms) {
  const Lit r = Renamer(*this, syms, true).literal(l.id, 0);
  return {r.id, r.pos == l.pos};
}

Id Core::instantiate(Id t, std::span<const Id> syms) { return Renamer(*this, syms, false).tree(t, 0); }

Lit Core::instantiate(Lit l, std::span<const Id> syms) {
  const Lit r = Renamer(*this, syms, false).literal(l.id, 0);
  return {r.id, r.pos == l.pos};
}

}  // namespace lift
