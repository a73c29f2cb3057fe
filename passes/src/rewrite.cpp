// The walk of rewrite.hpp: memoised, monomials gathered and sorted once, binders opened and closed again.
#include "rewrite.hpp"

#include <algorithm>

namespace lift {

template <typename Make>
Id Rewriter::memo(Id id, const Make& make) {
  if (const auto known = memo_->find(id); known != memo_->end()) return known->second;
  for (const Memo& m : lossy_) {
    if (const auto known = m.find(id); known != m.end()) return known->second;
  }
  const Guard guard(core_.budget);
  const std::uint64_t drops = core_.drops();
  const Id out = make();
  const bool keep = core_.drops() == drops || (!core_.muted() && core_.node(id).meta.fresh == 0 && in_use_.max == 0);
  (keep ? *memo_ : lossy_.back()).emplace(id, out);
  return out;
}

Id Rewriter::tree(Id t) {
  const Node& n = core_.node(t);
  if (!touched(n.meta)) return t;
  return memo(t, [&] {
    if (n.kind == Kind::Poly) return settled(poly(t));
    if (n.kind != Kind::Ite) return t;
    const Id c = literal(n.args[0]);
    const Id a = tree(n.args[1]);
    const Id b = tree(n.args[2]);
    if (a == n.args[1] && b == n.args[2] && c == core_.lit_tree({n.args[0], true})) return t;
    return core_.ite(c, a, b);
  });
}

Id Rewriter::literal(Id id) {
  const Node& n = core_.node(id);
  if (const Id hit = image(id); hit != kNone) return hit;
  if (!touched(n.meta)) return core_.lit_tree({id, true});
  return memo(id, [&]() -> Id {
    if (n.kind == Kind::Exists) return binder(id);
    std::vector<Id> args;
    bool same = true;
    for (const Id arg : n.args) {
      args.push_back(tree(arg));
      same = same && args.back() == arg;
    }
    if (same) return core_.lit_tree({id, true});
    switch (n.kind) {
      case Kind::Ge: return core_.apply(Op::Ge, args[0], core_.zero);
      case Kind::Gt: return core_.apply(Op::Gt, args[0], core_.zero);
      case Kind::Eq: return core_.apply(Op::Eq, args[0], core_.zero);
      default: return core_.lift(args, [&](const std::vector<Id>& xs) { return core_.leaf_bapp(n.name, xs); });
    }
  });
}

// Monomials whose image is a polynomial are gathered and sorted once; trees are added in pairs of like size.
Id Rewriter::poly(Id t) {
  Poly sum;
  std::vector<Id> trees;
  bool same = true;
  for (const Monomial& term : core_.node(t).poly) {
    if (!touched(core_.mono(term.m).meta)) {
      sum.push_back(term);
      continue;
    }
    Factors plain;
    Rat c = term.c;
    Id product = kNone;
    bool changed = false;
    for (const auto& f : core_.mono(term.m).factors) {
      const Id image = atom(f.first);
      if (image == kNone) {
        plain.push_back(f);
        continue;
      }
      changed = true;
      const Id power = core_.power(image, f.second);
      const Node& n = core_.node(power);
      if (n.kind == Kind::Poly && n.poly.size() == 1) {
        c = c * n.poly[0].c;
        const Factors& more = core_.mono(n.poly[0].m).factors;
        plain.insert(plain.end(), more.begin(), more.end());
      } else {
        product = product == kNone ? power : core_.mul(product, power);
      }
    }
    if (!changed) {
      sum.push_back(term);
      continue;
    }
    same = false;
    core_.check(c);
    const MonoId single = core_.product(std::move(plain));
    if (product == kNone) {
      sum.push_back(Monomial{std::move(c), single});
    } else if (const Node& n = core_.node(product); n.kind == Kind::Poly && !n.poly.empty()) {
      core_.budget.step(n.poly.size());
      for (const Monomial& u : n.poly) sum.push_back(Monomial{c * u.c, core_.mono_mul(single, u.m)});
    } else {
      trees.push_back(core_.mul(product, core_.poly({Monomial{std::move(c), single}})));
    }
  }
  if (same) return t;
  trees.push_back(core_.poly(core_.normal(std::move(sum))));
  while (trees.size() > 1) {
    std::vector<Id> halved;
    for (std::size_t i = 0; i + 1 < trees.size(); i += 2) halved.push_back(core_.add(trees[i], trees[i + 1]));
    if (trees.size() % 2 == 1) halved.push_back(trees.back());
    trees = std::move(halved);
  }
  return trees[0];
}

// The image of an atom as a tree; kNone when it stays as it is.
Id Rewriter::atom(Id id) {
  if (const Id hit = image(id); hit != kNone) return hit;
  const Node& n = core_.node(id);
  if (!touched(n.meta) || n.kind == Kind::Sym || n.kind == Kind::Var) return kNone;
  const Id out = memo(id, [&]() -> Id {
    if (n.kind == Kind::Big) return binder(id);
    std::vector<Id> args;
    bool same = true;
    for (const Id arg : n.args) {
      args.push_back(tree(arg));
      same = same && args.back() == arg;
    }
    if (n.kind == Kind::Read) {
      if (const Id value = read(n, args); value != kNone) return value;
    }
    if (same) return core_.atom_poly(id);
    if (n.kind == Kind::Paren) {
      const Node& inner = core_.node(args[0]);
      return inner.kind == Kind::Ite && core_.finite(args[0]) ? core_.paren(args[0]) : args[0];
    }
    const Interval range = core_.atom_interval(id);
    if (n.kind == Kind::App && n.name == core_.n_floordiv) return core_.floordiv(args[0], args[1]);
    return core_.lift(args, [&](const std::vector<Id>& xs) { return core_.rebuild_atom(n, xs, range); });
  });
  return out == core_.atom_poly(id) ? kNone : out;
}

Id Rewriter::binder(Id id) {
  const Node& n = core_.node(id);
  const bool exists = n.kind == Kind::Exists;
  const Id unchanged = exists ? core_.lit_tree({id, true}) : core_.atom_poly(id);
  if (!inside(id)) return unchanged;
  const std::size_t ledger = core_.ledger_size();
  const Core::Opened opened = core_.open(id, in_use_);
  lossy_.emplace_back();
  Parts parts{exists ? std::nullopt : core_.big_kind(n.name), opened.syms, {}, opened.body, true};
  for (const Lit l : opened.lits) {
    const Id after = literal(l.id);
    parts.same = parts.same && after == core_.lit_tree({l.id, true});
    parts.conds.push_back(l.pos ? after : core_.negate_bool(after));
  }
  if (!exists) {
    parts.body = tree(opened.body);
    parts.same = parts.same && parts.body == opened.body;
  }
  const Id out = rebuilt(parts);
  lossy_.pop_back();
  if (out == kNone) return unchanged;
  core_.wrap_ledger(ledger, opened.syms, opened.lits);
  return out;
}

Id Rewriter::closed(const Parts& parts) {
  Id cond = core_.yes;
  Lits plain;
  for (const Id c : parts.conds) {
    const Node& n = core_.node(c);
    if (n.kind == Kind::Ite && core_.is_leaf(n.args[1]) && core_.is_leaf(n.args[2]) && !n.has_undef) {
      plain.push_back({n.args[0], n.args[1] == core_.yes});
    }
    cond = core_.apply(Op::And, cond, c);
  }
  std::vector<Interval> ranges;
  for (const Id s : parts.syms) ranges.push_back(core_.constant_range(s, plain));
  if (!parts.kind) return core_.close_exists(parts.syms, cond, ranges);
  return core_.close(*parts.kind, parts.syms, cond, parts.body, ranges);
}

}  // namespace lift
