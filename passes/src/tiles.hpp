// Operators over tiles and over adjacent domains brought to one form.
#pragma once
#include "core.hpp"

namespace lift {

// A tree equal to `term` wherever the facts hold.
Id merge_tiles(Core& core, Id term, const Lits& facts);

}  // namespace lift
