// 128-bit structural keys: two independent 64-bit mixes. Equal structure gives equal keys in every context and process.
#pragma once
#include <compare>
#include <cstdint>
#include <functional>
#include <string_view>

namespace lift {

struct Key {
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  auto operator<=>(const Key&) const = default;
};

// The finaliser of splitmix64.
constexpr std::uint64_t mix64(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

class KeyBuilder {
 public:
  explicit KeyBuilder(std::uint64_t tag) { add(tag); }
  void add(std::uint64_t v) {
    key_.a = mix64(key_.a ^ mix64(v));
    key_.b = mix64(key_.b * 0xd6e8feb86659fd93ULL + (v ^ 0xa0761d6478bd642fULL));
  }
  void add(const Key& k) {
    add(k.a);
    add(k.b);
  }
  void add(std::string_view text) {
    add(text.size());
    std::uint64_t word = 0;
    unsigned filled = 0;
    for (const unsigned char byte : text) {
      word |= static_cast<std::uint64_t>(byte) << (8 * filled);
      if (++filled == 8) {
        add(word);
        word = 0;
        filled = 0;
      }
    }
    if (filled != 0) add(word);
  }
  const Key& key() const { return key_; }

 private:
  Key key_{0x243f6a8885a308d3ULL, 0x13198a2e03707344ULL};
};

struct KeyHash {
  std::size_t operator()(const Key& k) const { return static_cast<std::size_t>(k.a); }
};

}  // namespace lift
