// Scopes: the closed list of rights, sets of them, and the most that a role in a tenant may have.
#pragma once

#include <bitset>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stele::runtime {

enum class Role { member, developer, admin };

struct Scope {
    std::string_view name;   // "memory:read"
    std::string_view words;  // what a consent page says: "Read what is remembered"
    // The lowest role whose members may have it; none: only what is no member of a tenant (the
    // operator, admin tokens, service tokens, mandates).
    std::string_view lowest;  // "member", "developer", "admin" or ""
};

// Every scope there is, sorted by name.
std::span<const Scope> all_scopes();

class ScopeSet {
  public:
    static constexpr std::size_t kMost = 64;

    ScopeSet() = default;  // none
    static ScopeSet everything();
    // Throws Error(invalid_argument) that names what is no scope. "*" is everything.
    static ScopeSet of(const std::vector<std::string>& names);
    // What members of that role may have at most.
    static ScopeSet ceiling(Role role);

    bool includes(const ScopeSet& other) const { return (other.bits_ & ~bits_).none(); }
    bool is_everything() const;
    bool empty() const { return bits_.none(); }
    ScopeSet operator|(const ScopeSet& other) const { return ScopeSet(bits_ | other.bits_); }
    ScopeSet operator&(const ScopeSet& other) const { return ScopeSet(bits_ & other.bits_); }
    ScopeSet without(const ScopeSet& other) const { return ScopeSet(bits_ & ~other.bits_); }
    bool operator==(const ScopeSet& other) const = default;

    std::vector<std::string> names() const;  // sorted; {"*"} for everything
    std::string text() const;                // the names with spaces between, as OAuth writes them

  private:
    explicit ScopeSet(std::bitset<kMost> bits) : bits_(bits) {}
    std::bitset<kMost> bits_;
};

}  // namespace stele::runtime
