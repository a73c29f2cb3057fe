// Operators over tiles and over adjacent domains brought to one form.
#pragma once
#include "core.hpp"

namespace lift {

// A tree equal to `term` wherever the facts hold.
Id merge_tiles(Core& core, Id term, const Lits& facts);

// Two operators of one kind, over domains that a literal splits, as one.
struct Union {
  BigKind kind;
  std::vector<Id> syms;
  Lits lits;
  Id body;
};
std::optional<Union> adjacent(Core& core, Id one, Id two, const Lits& facts);

// The operator closed, as a tree.
Id close_union(Core& core, const Union& u);

// The tree without the tests one of whose sides is the given leaf, as where that leaf is never met.
Id less_tests(Core& core, Id t, Id gone);

class Joiner {
 public:
  Joiner(Core& core, const Lits& facts) : core_(core), facts_(facts) {}

  // A polynomial with one operator for the first two adjacent ones among its summands, the factors of one, or the
  // operands of a max or min in it; kNone when there are none.
  Id leaf(Id leaf);

  // The term in which adjacent extrema that occur apart, since one may be over nothing, are one.
  Id regions(Id t);

 private:
  struct Pair {
    MonoId rest;
    Id both;
  };

  std::optional<Pair> operators(MonoId x, MonoId y, BigKind kind);
  Id factors_joined(MonoId m);
  Id extremum(Id atom);
  Id operands(Id x, Id y, BigKind kind);
  Id one_region(Id t, Id a, Id b);
  Id some(Id atom);
  Id united(Id a, Id b);
  bool alike(Id a, Id b) const;
  bool is_big(Id atom, BigKind kind) const;
  MonoId without_factor(MonoId m, Id atom);

  Core& core_;
  Lits facts_;
  std::map<std::pair<Id, Id>, Id> united_;
};

}  // namespace lift
