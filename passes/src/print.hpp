// Text of a term, for debugging.
#pragma once
#include <string>

#include "core.hpp"

namespace lift {

std::string to_text(const Core& core, Id id);

}  // namespace lift
