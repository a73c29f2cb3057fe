// Ordered decision trees: selection, leaf-wise application under the merged tree, cofactors, paths.
#include <algorithm>

#include "core.hpp"

namespace lift {
namespace {

std::uint64_t pack(Id a, Id b) { return (static_cast<std::uint64_t>(a) << 32) | b; }

// Wraps the largest finite tree among the operands; false when there is none to wrap.
bool wrap_largest(Core& core, std::span<Id> operands) {
  Id* best = nullptr;
  std::size_t best_size = 0;
  for (Id& id : operands) {
    const Node& n = core.node(id);
    if (n.kind != Kind::Ite || n.is_bool || !core.finite(id)) continue;
    const std::size_t size = core.tree_size(id);
    if (size > best_size) {
      best_size = size;
      best = &id;
    }
  }
  if (best == nullptr) return false;
  *best = core.paren(*best);
  return true;
}

}  // namespace

Id Core::child(Id t, Id lit, bool side) const { return top(t) == lit ? nodes_[t].args[side ? 1 : 2] : t; }

Id Core::lit_tree(Lit l) {
  Node n{.kind = Kind::Ite};
  n.args = {l.id, truth(l.pos), truth(!l.pos)};
  return intern(std::move(n));
}

Id Core::branch(Id lit, Id t, Id e) {
  if (t == e) {
    drop(lit);
    return t;
  }
  const Id tt = top(t);
  const Id te = top(e);
  if ((tt != kNone && !lit_less(lit, tt)) || (te != kNone && !lit_less(lit, te))) return ite(lit_tree({lit, true}), t, e);
  Node n{.kind = Kind::Ite};
  n.args = {lit, t, e};
  return intern(std::move(n));
}

Id Core::ite(Id c, Id t, Id e) {
  std::unordered_map<Key, Id, KeyHash> memo;
  const std::function<Id(Id, Id, Id)> run = [&](Id x, Id y, Id z) -> Id {
    const Guard guard(budget);
    if (x == yes) return y;
    if (x == no) return z;
    if (x == bundef) return node(y).is_bool ? bundef : undef;
    if (y == yes && z == no) return x;
    if (y == z && !node(x).has_undef) {
      drop(x);
      return y;
    }
    const Key k{mix64(pack(x, y)), z};
    const auto known = memo.find(k);
    if (known != memo.end()) return known->second;
    if (memo.size() >= kMaxTree) throw TreeOverflow{};
    memo.emplace(k, kNone);
    Id lit = top(x);
    for (const Id other : {top(y), top(z)}) {
      if (other != kNone && lit_less(other, lit)) lit = other;
    }
    const Id a = run(child(x, lit, true), child(y, lit, true), child(z, lit, true));
    const Id b = run(child(x, lit, false), child(y, lit, false), child(z, lit, false));
    const Id out = branch(lit, a, b);
    memo[k] = out;
    return out;
  };
  for (;;) {
    try {
      return run(c, t, e);
    } catch (const TreeOverflow&) {
      Id operands[] = {t, e};
      if (!wrap_largest(*this, operands)) throw BudgetError("nodes of a decision tree");
      t = operands[0];
      e = operands[1];
      memo.clear();
    }
  }
}

Id Core::apply_counted(Op op, Id a, Id b, std::unordered_map<std::uint64_t, Id>& memo) {
  const Guard guard(budget);
  if (op == Op::And || op == Op::Or) {
    const Id absorbing = truth(op == Op::Or);
    const Id neutral = truth(op == Op::And);
    if (a == absorbing || b == absorbing) return absorbing;
    if (a == neutral || a == b) return b;
    if (b == neutral) return a;
  }
  if (is_leaf(a) && is_leaf(b)) return leaf_apply(op, a, b);
  const auto known = memo.find(pack(a, b));
  if (known != memo.end()) return known->second;
  if (memo.size() >= kMaxTree) throw TreeOverflow{};
  memo.emplace(pack(a, b), kNone);
  Id lit = top(a);
  const Id other = top(b);
  if (lit == kNone || (other != kNone && lit_less(other, lit))) lit = other;
  const Id t = apply_counted(op, child(a, lit, true), child(b, lit, true), memo);
  const Id e = apply_counted(op, child(a, lit, false), child(b, lit, false), memo);
  const Id out = branch(lit, t, e);
  memo[pack(a, b)] = out;
  return out;
}

Id Core::apply(Op op, Id a, Id b) {
  const bool commutes = op == Op::Add || op == Op::Mul || op == Op::And || op == Op::Or || op == Op::Eq;
  if (commutes && b < a) std::swap(a, b);
  const Key k{mix64(pack(a, b)), static_cast<std::uint64_t>(op)};
  const auto known = memo_.find(k);
  if (known != memo_.end()) return known->second;
  const std::uint64_t drops = drops_;
  Id out = kNone;
  Id operands[] = {a, b};
  if (lit_less(operands[1], operands[0]) && commutes) std::swap(operands[0], operands[1]);
  while (out == kNone) {
    std::unordered_map<std::uint64_t, Id> memo;
    try {
      out = apply_counted(op, operands[0], operands[1], memo);
    } catch (const TreeOverflow&) {
      if (!wrap_largest(*this, operands)) throw BudgetError("nodes of a decision tree");
    }
  }
  const bool local_loss = drops_ != drops && (muted_ != 0 || node(a).meta.fresh != 0 || node(b).meta.fresh != 0);
  if (quiet_ == 0 && !local_loss) {  // what is lost under a binder is lost again under the next one
    budget.charge_bytes(48);
    memo_.emplace(k, out);
  }
  return out;
}

Id Core::leaf_apply(Op op, Id a, Id b) {
  switch (op) {
    case Op::Add: return leaf_add(a, b);
    case Op::Mul: return leaf_mul(a, b);
    case Op::FloorDiv: return leaf_floordiv(a, b);
    case Op::Ge:
    case Op::Gt:
    case Op::Eq: return leaf_compare(op, a, b);
    case Op::And:
    case Op::Or: return bundef;  // neutral and absorbing leaves are settled above
  }
  return undef;
}

Id Core::lift(std::vector<Id> args, const std::function<Id(const std::vector<Id>&)>& leaf) {
  std::map<std::vector<Id>, Id> memo;
  const std::function<Id(const std::vector<Id>&)> run = [&](const std::vector<Id>& xs) -> Id {
    const Guard guard(budget);
    Id lit = kNone;
    for (const Id x : xs) {
      const Id t = top(x);
      if (t != kNone && (lit == kNone || lit_less(t, lit))) lit = t;
    }
    if (lit == kNone) return leaf(xs);
    const auto known = memo.find(xs);
    if (known != memo.end()) return known->second;
    if (memo.size() >= kMaxTree) throw TreeOverflow{};
    memo.emplace(xs, kNone);
    std::vector<Id> yes_args;
    std::vector<Id> no_args;
    for (const Id x : xs) {
      yes_args.push_back(child(x, lit, true));
      no_args.push_back(child(x, lit, false));
    }
    const Id t = run(yes_args);
    const Id e = run(no_args);
    const Id out = branch(lit, t, e);
    memo[xs] = out;
    return out;
  };
  for (;;) {
    try {
      return run(args);
    } catch (const TreeOverflow&) {
      if (!wrap_largest(*this, args)) throw BudgetError("nodes of a decision tree");
      memo.clear();
    }
  }
}

Id Core::map_leaves(Id t, const std::function<Id(Id)>& leaf) {
  std::unordered_map<Id, Id> memo;
  const std::function<Id(Id)> run = [&](Id x) -> Id {
    const Guard guard(budget);
    if (is_leaf(x)) return leaf(x);
    const auto known = memo.find(x);
    if (known != memo.end()) return known->second;
    const Id a = run(node(x).args[1]);
    const Id b = run(node(x).args[2]);
    const Id out = branch(node(x).args[0], a, b);
    memo.emplace(x, out);
    return out;
  };
  return run(t);
}

Id Core::negate_bool(Id t) {
  return map_leaves(t, [this](Id x) { return x == yes ? no : (x == no ? yes : x); });
}

Id Core::cofactor(Id t, const std::unordered_map<Id, bool>& values) {
  const Quiet quiet(*this);
  std::unordered_map<Id, Id> memo;
  const std::function<Id(Id)> run = [&](Id x) -> Id {
    const Guard guard(budget);
    if (is_leaf(x)) return x;
    const auto known = memo.find(x);
    if (known != memo.end()) return known->second;
    const std::vector<Id>& args = node(x).args;
    const auto fixed = values.find(args[0]);
    Id out = kNone;
    if (fixed != values.end()) {
      out = run(args[fixed->second ? 1 : 2]);
    } else {
      const Id a = run(args[1]);
      const Id b = run(args[2]);
      out = branch(args[0], a, b);
    }
    memo.emplace(x, out);
    return out;
  };
  return run(t);
}

namespace {

// Visits every distinct node of the tree part once.
template <typename Visit>
void walk_tree(Core& core, Id t, const Visit& visit) {
  std::unordered_set<Id> seen;
  std::vector<Id> stack{t};
  while (!stack.empty()) {
    const Id x = stack.back();
    stack.pop_back();
    if (!seen.insert(x).second) continue;
    core.budget.step();
    visit(x);
    if (core.node(x).kind != Kind::Ite) continue;
    stack.push_back(core.node(x).args[1]);
    stack.push_back(core.node(x).args[2]);
  }
}

}  // namespace

std::size_t Core::tree_size(Id t) {
  std::size_t n = 0;
  walk_tree(*this, t, [&](Id) { ++n; });
  return n;
}

std::vector<Id> Core::tree_literals(Id t) {
  std::vector<Id> out;
  walk_tree(*this, t, [&](Id x) {
    if (node(x).kind == Kind::Ite) out.push_back(node(x).args[0]);
  });
  sort_by_key(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<Id> Core::tree_leaves(Id t) {
  if (is_leaf(t)) return {t};
  std::vector<Id> out;
  walk_tree(*this, t, [&](Id x) {
    if (is_leaf(x)) out.push_back(x);
  });
  sort_by_key(out);
  return out;
}

void Core::paths(Id t, std::size_t limit, const std::function<bool(Id)>& wanted,
                 std::vector<std::pair<Lits, Id>>& out) {
  Lits path;
  const std::function<void(Id)> run = [&](Id x) {
    const Guard guard(budget);
    if (is_leaf(x)) {
      if (!wanted(x)) return;
      if (out.size() >= limit) throw BudgetError("paths of a decision tree");
      budget.charge_bytes(path.size() * sizeof(Lit));
      out.emplace_back(path, x);
      return;
    }
    const std::vector<Id>& args = node(x).args;
    path.push_back({args[0], true});
    run(args[1]);
    path.back().pos = false;
    run(args[2]);
    path.pop_back();
  };
  run(t);
}

// Literals that a path to true does not need are dropped, the lowest first, so that the paths may overlap: what an
// idempotent operator makes of them is the same, and their domains are simpler.
std::vector<Lits> Core::implicants(Id t) {
  std::vector<std::pair<Lits, Id>> found;
  paths(t, kMaxPaths, [this](Id x) { return x == yes; }, found);
  std::vector<Lits> out;
  for (auto& [lits, leaf] : found) {
    for (std::size_t i = 0; found.size() <= kMaxImplicants && i < lits.size();) {
      std::unordered_map<Id, bool> rest;
      for (std::size_t j = 0; j < lits.size(); ++j) {
        if (j != i) rest.emplace(lits[j].id, lits[j].pos);
      }
      if (cofactor(t, rest) == yes) {
        lits.erase(lits.begin() + static_cast<std::ptrdiff_t>(i));
      } else {
        ++i;
      }
    }
    if (std::find(out.begin(), out.end(), lits) == out.end()) out.push_back(std::move(lits));
  }
  return out;
}

Id Core::conj(const Lits& lits) {
  Id out = yes;
  for (const Lit l : lits) out = apply(Op::And, out, lit_tree(l));
  return out;
}

}  // namespace lift
