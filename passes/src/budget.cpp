// The stack check: a context may be used from a thread whose stack is small.
#include "budget.hpp"

#include <pthread.h>

namespace lift {
namespace {

constexpr std::uintptr_t kReserve = 192 * 1024;  // left for frames between two guards and for the host

std::uintptr_t lowest_address() {
#if defined(__linux__)
  pthread_attr_t attributes;
  void* base = nullptr;
  std::size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
    pthread_attr_getstack(&attributes, &base, &size);
    pthread_attr_destroy(&attributes);
    return reinterpret_cast<std::uintptr_t>(base);
  }
#elif defined(__APPLE__)
  const auto top = reinterpret_cast<std::uintptr_t>(pthread_get_stackaddr_np(pthread_self()));
  return top - pthread_get_stacksize_np(pthread_self());
#endif
  int here = 0;
  return reinterpret_cast<std::uintptr_t>(&here) - 2 * kReserve;
}

}  // namespace

void Budget::enter() {
  thread_local const std::uintptr_t lowest = lowest_address();
  int here = 0;
  if (recursion_ >= 4 * limits_.depth + 64) throw BudgetError("recursion");
  if (reinterpret_cast<std::uintptr_t>(&here) < lowest + kReserve) throw BudgetError("stack");
  ++recursion_;
}

}  // namespace lift
