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

}  // namespace lift
