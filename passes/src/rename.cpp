// Bijective renaming between symbols and de Bruijn variables. Literals keep their truth: nothing is decided here, so a
// bound that the range of a symbol implies survives; only order, sign and scale are made canonical again.
#include <algorithm>

#include "core.hpp"

namespace lift {
namespace {

enum class Mode : std::uint8_t { ToVars, FromVars, ToSyms };

class Renamer {
 public:
  // `to` is used in mode ToSyms only.
  Renamer(Core& core, std::span<const Id> syms, Mode mode, std::span<const Id> to = {})
      : core_(core), syms_(syms), to_(to), mode_(mode) {
    std::vector<Id> key{static_cast<Id>(mode)};
    key.insert(key.end(), syms.begin(), syms.end());
    key.insert(key.end(), to.begin(), to.end());
    memo_ = core.memo_of(core.rename_memos, std::move(key));
    for (const Id s : syms) bits_ |= core.node(s).meta.syms;
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
    return mode_ == Mode::FromVars ? m.loose > depth : (m.syms & bits_) != 0;
  }

  template <typename Make>
  Id memo(Id id, std::uint32_t depth, const Make& make) {
    const std::uint64_t k = (static_cast<std::uint64_t>(depth) << 32) | id;
    for (const Memo* m : {memo_.get(), &lossy_}) {
      if (const auto known = m->find(k); known != m->end()) return known->second;
    }
    const Guard guard(core_.budget);
    const std::uint64_t drops = core_.drops();
    const Id out = make();
    (core_.drops() == drops ? *memo_ : lossy_).emplace(k, out);
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
    sum.reserve(p.size());
    for (const Monomial& t : p) {
      const Mono& m = core_.mono(t.m);
      if (!touched(m.meta, depth)) {
        sum.push_back(t);
        continue;
      }
      // The image of an atom is nearly always one monomial: an atom, times a constant where its sign or scale changed.
      Rat c = t.c;
      Factors factors;
      Poly rest{Monomial{Rat(1), 0}};
      for (const auto& f : m.factors) {
        const Id power = touched(core_.node(f.first).meta, depth) ? core_.leaf_power(renamed(f.first, depth), f.second) : kNone;
        if (power == kNone) {
          factors.push_back(f);
        } else if (const Poly& q = core_.node(power).poly; q.size() == 1) {
          c = c * q[0].c;
          const Factors& more = core_.mono(q[0].m).factors;
          factors.insert(factors.end(), more.begin(), more.end());
        } else {
          rest = core_.mul(rest, q);
        }
      }
      core_.check(c);
      const MonoId single = core_.product(std::move(factors));
      for (const Monomial& u : rest) sum.push_back(Monomial{c * u.c, core_.mono_mul(single, u.m)});
    }
    return core_.poly(core_.normal(std::move(sum)));
  }

  // The image of an atom, as a polynomial.
  Id renamed(Id atom, std::uint32_t depth) {
    const Node& n = core_.node(atom);
    if (!touched(n.meta, depth)) return core_.atom_poly(atom);
    return memo(atom, depth, [&]() -> Id {
      switch (n.kind) {
        case Kind::Sym: {
          const auto hit = std::find(syms_.begin(), syms_.end(), atom);
          if (hit == syms_.end()) return core_.atom_poly(atom);  // shares a bit only
          const auto place = static_cast<std::uint32_t>(hit - syms_.begin());
          if (mode_ == Mode::ToSyms) return core_.atom_poly(to_[place]);
          Node var{.kind = Kind::Var};
          var.num = depth + place;
          return core_.atom_poly(core_.intern(std::move(var)));
        }
        case Kind::Var: return core_.atom_poly(mode_ == Mode::FromVars ? syms_[n.num - depth] : atom);
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
  std::span<const Id> to_;
  Mode mode_;
  std::uint64_t bits_ = 0;
  std::shared_ptr<Memo> memo_;
  Memo lossy_;  // what was dropped on the way must be seen again by the next caller
};

}  // namespace

// Under `Quiet` nothing is shared: what is dropped then was not recorded.
std::shared_ptr<Memo> Core::memo_of(MemoTable& table, std::vector<Id> key) {
  if (quiet_ != 0) return std::make_shared<Memo>();
  if (budget.steps() - memos_since_ > kMemoSteps) {
    rename_memos.clear();
    subst_memos.clear();
    memos_since_ = budget.steps();
  }
  std::shared_ptr<Memo>& memo = table[std::move(key)];
  if (memo == nullptr) memo = std::make_shared<Memo>();
  return memo;
}

Id Core::abstract(Id t, std::span<const Id> syms) { return Renamer(*this, syms, Mode::ToVars).tree(t, 0); }

Lit Core::abstract(Lit l, std::span<const Id> syms) {
  const Lit r = Renamer(*this, syms, Mode::ToVars).literal(l.id, 0);
  return {r.id, r.pos == l.pos};
}

Id Core::instantiate(Id t, std::span<const Id> syms) { return Renamer(*this, syms, Mode::FromVars).tree(t, 0); }

Lit Core::instantiate(Lit l, std::span<const Id> syms) {
  const Lit r = Renamer(*this, syms, Mode::FromVars).literal(l.id, 0);
  return {r.id, r.pos == l.pos};
}

Id Core::rename(Id t, std::span<const Id> from, std::span<const Id> to) {
  return Renamer(*this, from, Mode::ToSyms, to).tree(t, 0);
}

}  // namespace lift
