// Deterministic limits. Whatever runs out gives BudgetError; the host process never crashes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace lift {

class BudgetError : public std::runtime_error {
 public:
  explicit BudgetError(const std::string& what) : std::runtime_error("budget exceeded: " + what) {}
};

struct Limits {
  std::uint64_t nodes = 2'000'000;
  std::uint64_t bytes = std::uint64_t{1} << 29;
  std::uint32_t depth = 3000;
  std::uint64_t steps = 100'000'000;
};

constexpr std::size_t kMaxCoefficientBits = std::size_t{1} << 16;
constexpr std::size_t kMaxProduct = 512;          // monomials that a product may make before an operand is wrapped
constexpr std::size_t kMaxTree = 4096;            // nodes that a merged tree may visit before an operand is wrapped
constexpr std::size_t kMaxPaths = 4096;           // paths of one tree that become big operators
constexpr std::size_t kMaxImplicants = 64;        // paths beyond which none is shortened
constexpr std::uint32_t kMaxPower = 1U << 30;
constexpr std::size_t kMaxBound = 64;             // variables that one big operator may bind
constexpr std::size_t kMaxPermuted = 4;           // bound variables whose order is made canonical by trying all

constexpr std::uint64_t kMemoSteps = 2'000'000;   // steps after which kept results are forgotten, which bounds them

class Budget {
 public:
  explicit Budget(const Limits& limits) : limits_(limits) {}

  void step(std::uint64_t n = 1) {
    steps_ += n;
    if (steps_ > limits_.steps) throw BudgetError("steps");
  }
  void charge_bytes(std::uint64_t n) {
    bytes_ += n;
    if (bytes_ > limits_.bytes) throw BudgetError("bytes");
  }
  void check_nodes(std::uint64_t n) const {
    if (n >= limits_.nodes) throw BudgetError("nodes");
  }
  void check_structure(std::uint32_t depth) const {
    if (depth > limits_.depth) throw BudgetError("depth of a term");
  }
  void enter();
  void leave() { --recursion_; }
  std::uint64_t steps() const { return steps_; }

 private:
  Limits limits_;
  std::uint64_t steps_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint32_t recursion_ = 0;
};

// One per recursive call: counts the depth and watches the machine's stack.
class Guard {
 public:
  explicit Guard(Budget& budget) : budget_(budget) {
    budget_.step();
    budget_.enter();
  }
  ~Guard() { budget_.leave(); }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

 private:
  Budget& budget_;
};

}  // namespace lift
