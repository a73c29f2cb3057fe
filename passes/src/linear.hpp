// Linear integer reasoning on conjunctions of literals: sound, not complete.
#pragma once
#include "core.hpp"

namespace lift {

// True only if no integers satisfy all literals. The ranges of the `bound` symbols themselves are not used: a domain has
// to say them.
bool linear_contradiction(Core& core, const Lits& lits, std::span<const Id> bound);

// Removes literals that the others imply, in reverse order; false if the literals contradict each other.
bool drop_implied(Core& core, Lits& lits, std::span<const Id> bound);

// The coefficient of the symbol when the polynomial is linear in it and mentions it nowhere else.
std::optional<Rat> linear_coefficient(Core& core, Id sym, const Poly& p);

// The polynomial without its monomial in the symbol alone.
Poly without(const Core& core, Id sym, const Poly& p);

}  // namespace lift
