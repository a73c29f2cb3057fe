// The term core: arena, normalising constructors, big operators, traversal. One file per job implements it.
#pragma once
#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "budget.hpp"
#include "node.hpp"

namespace lift {

enum class Op : std::uint8_t { Add, Mul, FloorDiv, Ge, Gt, Eq, And, Or };

struct TreeOverflow {};  // a merged tree passed kMaxTree; caught inside the core

// Results of one renaming or substitution, kept from call to call.
using Memo = std::unordered_map<std::uint64_t, Id>;
using MemoTable = std::map<std::vector<Id>, std::shared_ptr<Memo>>;

// What a read of an array stands for: a tree over the parameters, one for each index.
struct ReadBody {
  std::vector<Id> params;
  Id body;
};
using ReadBodies = std::map<NameId, ReadBody>;

class Core {
 public:
  explicit Core(const Limits& limits);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  Budget budget;

  // -- arena.cpp
  const Node& node(Id id) const { return nodes_[id]; }
  const Mono& mono(MonoId id) const { return monos_[id]; }
  const Key& key(Id id) const { return nodes_[id].meta.key; }
  const std::string& text(NameId id) const { return names_[id]; }
  std::size_t size() const { return nodes_.size(); }
  NameId name(std::string_view text);
  Id intern(Node node, const Interval& attribute = {});
  Id poly(Poly p);
  Id number(Rat value);
  Id atom_poly(Id atom);
  Id sym(std::string_view text, bool is_int, const Interval& range);
  MonoId make_mono(Factors factors);
  Id zero, one, minus_one, pos_inf, neg_inf, undef, skip, yes, no, bundef;
  Id truth(bool value) const { return value ? yes : no; }

  // -- poly.cpp
  Poly add(const Poly& a, const Poly& b, const Rat& scale = Rat(1));
  Poly scale(const Poly& a, const Rat& c) const;
  Poly mul(const Poly& a, const Poly& b);
  Poly normal(Poly unsorted);
  Poly constant_poly(const Rat& c) const;
  MonoId mono_mul(MonoId a, MonoId b);
  MonoId mono_pow(MonoId a, std::uint64_t n);
  MonoId product(Factors factors);  // in any order, atoms may repeat
  std::optional<Rat> constant(const Poly& p) const;
  Rat constant_part(const Poly& p) const;
  bool all_int_atoms(const Poly& p) const;
  Id single_atom(const Poly& p) const;  // the atom if the polynomial is exactly one, else kNone
  Id single_atom(Id leaf) const;
  void check(const Rat& c);
  bool is_exp(Id atom) const;

  bool may_vanish(const Poly& p);

  // -- ledger.cpp
  void drop(Id id);
  void drop_mono(MonoId m);
  std::vector<Id> dropped() const;
  struct Quiet {  // while alive, nothing goes to the ledger
    explicit Quiet(Core& c) : core(c) { ++core.quiet_; }
    ~Quiet() { --core.quiet_; }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;
    Core& core;
  };
  void mute(bool on) { muted_ += on ? 1 : -1; }  // while muted, nothing goes to the ledger and no loss is remembered
  bool muted() const { return muted_ != 0; }
  std::size_t ledger_size() const { return ledger_.size(); }
  std::uint64_t drops() const { return drops_; }
  void wrap_ledger(std::size_t from, std::span<const Id> syms, const Lits& domain);

  // -- interval.cpp
  Interval interval(const Poly& p);
  Interval atom_interval(Id atom) const;
  Interval tree_interval(Id tree);
  void note_interval(Id atom, const Interval& i);

  // -- tree.cpp
  bool is_leaf(Id id) const { return is_leaf_kind(nodes_[id].kind); }
  bool finite(Id id) const { return !nodes_[id].has_undef && !nodes_[id].has_inf; }
  Id ite(Id c, Id t, Id e);
  Id branch(Id lit, Id t, Id e);  // ite on a literal that may lie below literals of t and e
  Id lit_tree(Lit l);
  Id apply(Op op, Id a, Id b);
  Id lift(std::vector<Id> args, const std::function<Id(const std::vector<Id>&)>& leaf);
  Id map_leaves(Id t, const std::function<Id(Id)>& leaf);
  Id cofactor(Id t, const std::unordered_map<Id, bool>& values);
  Id paren(Id tree);
  std::size_t tree_size(Id t);
  std::vector<Id> tree_literals(Id t);
  std::vector<Id> tree_leaves(Id t);
  void paths(Id t, std::size_t limit, const std::function<bool(Id)>& wanted, std::vector<std::pair<Lits, Id>>& out);
  std::vector<Lits> implicants(Id t);
  Id conj(const Lits& lits);
  Id negate_bool(Id t);
  bool lit_less(Id a, Id b) const { return key(a) < key(b) || (key(a) == key(b) && a < b); }

  // -- arith.cpp: on trees; leaves of any kind
  Id add(Id a, Id b) { return apply(Op::Add, a, b); }
  Id sub(Id a, Id b) { return apply(Op::Add, a, neg(b)); }
  Id mul(Id a, Id b) { return apply(Op::Mul, a, b); }
  Id neg(Id a) { return scaled(a, Rat(-1)); }
  Id scaled(Id a, const Rat& c);  // c must not be 0
  Id power(Id a, std::uint64_t n);
  Id recip(Id a);
  Id leaf_add(Id a, Id b);
  Id leaf_mul(Id a, Id b);
  Id leaf_power(Id a, std::uint64_t n);
  Id leaf_recip(Id a);

  // -- division.cpp
  Id floordiv(Id a, Id b) { return apply(Op::FloorDiv, a, b); }
  Id mod(Id a, Id b);
  Id leaf_floordiv(Id a, Id b);

  // -- literal.cpp: comparisons give trees; raw_* build the canonical literal without deciding it
  Id leaf_compare(Op op, Id a, Id b);
  Id ge_zero(const Poly& p);
  Id gt_zero(const Poly& p);
  Id eq_zero(const Poly& p);
  Lit raw_ge(Poly p);  // P >= 0 over the integers, P not constant
  Lit raw_gt(Poly p);
  Lit raw_eq(Poly p);
  bool is_int_literal(Id lit) const;

  // -- functions.cpp
  Id app(std::string_view f, const std::vector<Id>& args, bool is_int, const Interval& range);
  Id read(std::string_view array, const std::vector<Id>& index, bool is_int, const Interval& range);
  Id bapp(std::string_view f, const std::vector<Id>& args);
  Id leaf_app(NameId f, const std::vector<Id>& args, bool is_int, const Interval& range);
  Id leaf_bapp(NameId f, const std::vector<Id>& args);
  Id rebuild_atom(const Node& n, const std::vector<Id>& args, const Interval& range);
  Id exp_atom(NameId f, Id poly_arg);
  Id app_atom(NameId f, std::vector<Id> args, bool is_int, const Interval& range = {});

  // -- rename.cpp: bijective renaming of symbols and variables; nothing is decided
  Id abstract(Id t, std::span<const Id> syms);
  Lit abstract(Lit l, std::span<const Id> syms);
  Id rename(Id t, std::span<const Id> from, std::span<const Id> to);  // to other symbols of the same ranges
  Id instantiate(Id t, std::span<const Id> syms);
  Lit instantiate(Lit l, std::span<const Id> syms);

  // -- subst.cpp
  Id subst(Id t, const std::unordered_map<Id, Id>& map);
  Id replace_reads(Id t, const ReadBodies& bodies);
  Id unfold(Id t, Id k);  // unfold.cpp
  bool mentions(Id t, std::span<const Id> atoms);

  std::shared_ptr<Memo> memo_of(MemoTable& table, std::vector<Id> key);
  MemoTable rename_memos;
  MemoTable subst_memos;

  // -- domain.cpp
  struct Domain {
    bool empty = false;
    Lits lits;
  };
  const Domain& normal_domain(const Lits& lits, std::span<const Id> syms);
  bool infeasible(const Lits& lits, std::span<const Id> syms);
  void range_lits(std::span<const Id> syms, Lits& out);
  Interval constant_range(Id sym, const Lits& lits);
  std::optional<Poly> solve_for(Id sym, Lit l);  // l: sym == e with e free of sym, sym linear with coefficient +-1
  struct Solved {  // syms[place] == value, as the literals `used` say
    std::size_t place;
    Id value;
    Lits used;
    bool says(Lit l) const { return std::find(used.begin(), used.end(), l) != used.end(); }
  };
  std::optional<Solved> solved(std::span<const Id> syms, const Lits& lits);
  struct Sides {  // c*sym >= bound, or <= bound, with c > 0; literals without the symbol are `others`
    struct Side {
      Rat c;
      Poly bound;
    };
    std::vector<Side> lowers;
    std::vector<Side> uppers;
    Lits others;
    bool exact() const {  // every pair has a coefficient 1: elimination of the symbol loses nothing over the integers
      const auto unit = [](const Side& s) { return s.c.is_one(); };
      return std::all_of(lowers.begin(), lowers.end(), unit) || std::all_of(uppers.begin(), uppers.end(), unit);
    }
  };
  std::optional<Sides> sides(Id sym, const Lits& lits);  // nothing unless all literals are such bounds
  Lits about(const Lits& lits, std::span<const Id> syms);
  Id nonempty(std::vector<Id> syms, const Lits& lits);
  std::vector<std::vector<Id>> components(std::span<const Id> syms, const Lits& lits, std::span<const Id> extra);

  // -- binder.cpp, reduce.cpp, sum.cpp, extremum.cpp
  Id close(BigKind kind, std::span<const Id> syms, Id cond, Id body, const std::vector<Interval>& ranges);
  Id close_exists(std::span<const Id> syms, Id cond, const std::vector<Interval>& ranges);
  struct Opened {
    std::vector<Id> syms;
    Lits lits;
    Id body;  // kNone for exists
  };
  Levels levels(std::span<const Id> syms, const Lits& lits) const;
  Opened open(Id atom, Levels in_use);
  Id fresh_sym(std::uint32_t level, std::uint32_t index, const Interval& range);
  Id raw_big(BigKind kind, std::uint32_t nvars, Lits domain, Id body);
  Id bind_big(BigKind kind, std::vector<Id> syms, const Lits& lits, Id body);
  Id bind_exists(std::vector<Id> syms, const Lits& lits);
  Id raw_exists(std::uint32_t nvars, Lits domain);
  Id reduce(BigKind kind, std::span<const Id> syms, Id tree);
  Id reduce_exists(std::span<const Id> syms, Id tree);
  Id sum_tree(std::span<const Id> syms, Id tree);
  Id sum_term(std::vector<Id> syms, const Lits& lits, const Rat& c, MonoId m);
  Id extremum_tree(BigKind kind, std::span<const Id> syms, Id tree);
  Id extremum_term(BigKind kind, std::vector<Id> syms, const Lits& lits, Id leaf);
  Id fold_tree(BigKind kind, std::span<const Id> syms, Id tree);
  Id fold_term(BigKind kind, std::vector<Id> syms, const Lits& lits, Id leaf);
  Id one_point(BigKind kind, std::vector<Id> syms, const Solved& e, const Lits& lits, Id leaf);
  Id identity(BigKind kind) const;
  Id combine(BigKind kind, Id a, Id b);
  NameId big_name(BigKind kind) const { return big_names_[static_cast<std::size_t>(kind)]; }
  std::optional<BigKind> big_kind(NameId n) const;
  bool undef_reachable(Id tree, std::span<const Id> syms, const std::function<bool(Id)>& bad);

  // -- query.cpp
  std::vector<Id> below(Id t, const std::function<bool(const Node&)>& wanted) const;
  void sort_by_key(std::vector<Id>& ids) const;

  NameId n_exp, n_exp2, n_max, n_min, n_floordiv, n_abs, n_recip, n_log, n_sqrt, n_band, n_bor, n_bxor;

 private:
  friend struct Quiet;
  std::deque<Node> nodes_;
  std::deque<Mono> monos_;
  std::deque<std::string> names_;
  std::unordered_map<std::string, NameId> name_ids_;
  std::unordered_map<Key, Id, KeyHash> table_;
  std::unordered_map<Key, MonoId, KeyHash> mono_table_;
  std::unordered_map<Id, Interval> intervals_;
  std::unordered_map<NameId, Id> syms_;
  std::unordered_set<NameId> partial_names_;
  std::unordered_set<NameId> quotient_names_;
  std::unordered_map<Key, Id, KeyHash> memo_;
  std::unordered_map<std::uint64_t, MonoId> mono_memo_;
  std::vector<Id> ledger_;
  std::unordered_set<Id> ledger_seen_;
  std::map<std::vector<std::uint64_t>, Domain> domains_;
  Domain bounds_merged(const Lits& lits);
  std::uint32_t sym_count_ = 0;
  std::uint64_t memos_since_ = 0;
  int quiet_ = 0;
  int muted_ = 0;
  std::uint64_t drops_ = 0;  // events, also those already in the ledger
  NameId big_names_[7];

  Id apply_counted(Op op, Id a, Id b, std::unordered_map<std::uint64_t, Id>& memo);
  Id leaf_apply(Op op, Id a, Id b);
  Id top(Id t) const { return nodes_[t].kind == Kind::Ite ? nodes_[t].args[0] : kNone; }
  Id child(Id t, Id lit, bool side) const;
  void compute_meta(Node& n, const Interval& attribute);
};

}  // namespace lift
