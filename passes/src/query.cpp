// Walks over whole terms.
#include <algorithm>

#include "core.hpp"

namespace lift {

void Core::sort_by_key(std::vector<Id>& ids) const {
  std::sort(ids.begin(), ids.end(), [this](Id x, Id y) { return lit_less(x, y); });
}

std::vector<Id> Core::below(Id root, const std::function<bool(const Node&)>& wanted) const {
  std::vector<Id> out;
  std::unordered_set<Id> seen;
  std::vector<Id> stack{root};
  while (!stack.empty()) {
    const Id id = stack.back();
    stack.pop_back();
    if (!seen.insert(id).second) continue;
    const Node& n = node(id);
    if (wanted(n)) out.push_back(id);
    for (const Id arg : n.args) stack.push_back(arg);
    for (const Lit l : n.domain) stack.push_back(l.id);
    for (const Monomial& t : n.poly) {
      for (const auto& [atom, power] : mono(t.m).factors) stack.push_back(atom);
    }
  }
  sort_by_key(out);
  return out;
}

}  // namespace lift
