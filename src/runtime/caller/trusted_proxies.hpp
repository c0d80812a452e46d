// Which peers are proxies whose X-Forwarded-* headers count. Nobody else's do: anyone can write
// them.
#pragma once

#include <string_view>
#include <vector>

namespace stele::runtime {

class TrustedProxies {
  public:
    TrustedProxies() = default;  // none
    // Addresses and networks, with commas between: "127.0.0.1, 10.0.0.0/8, fd00::/8". Throws
    // Error(configuration).
    explicit TrustedProxies(std::string_view list);
    bool trusts(std::string_view address) const;

  private:
    struct Network {
        std::vector<unsigned char> address;  // 4 or 16 bytes
        int bits;
    };
    std::vector<Network> networks_;
};

}  // namespace stele::runtime
