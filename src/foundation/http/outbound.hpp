// The outbound policy: which places this process calls, and who of them is given its credential.
//
// A host that a setting names may be at any address. Every other address was chosen by somebody
// else (a peer that registered, a document that names a URL): it is judged when the socket is
// opened, so what a name resolves to is what is judged, and what was judged is what is connected
// to. Private, loopback, link-local, and translated addresses are refused then.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "foundation/http/url.hpp"

struct sockaddr;

namespace stele::http {

// Hosts as a setting names them, commas between: "10.0.0.7, [::1], *.internal.example".
class HostList {
  public:
    HostList() = default;
    explicit HostList(std::string_view text);

    bool empty() const { return hosts_.empty(); }
    // `host` as Url has it. "*.example.com" names all hosts below example.com.
    bool names(std::string_view host) const;
    void add(std::string host) { hosts_.push_back(std::move(host)); }

  private:
    std::vector<std::string> hosts_;
};

struct OutboundPolicy {
    HostList named;            // they may be at any address, and are called through the proxy
    HostList trusted;          // they are given `bearer`
    std::string bearer;        // "": no credential
    bool any_port = false;     // ports of mail, databases and other protocols, too
    std::string_view setting;  // the one that names hosts, for messages

    // For a place that the operator's own setting or argument gives: that host and no other has the
    // credential. An address that does not parse names nobody.
    static OutboundPolicy own(const std::string& url, std::string bearer = {});
    // For places that somebody else chose; `hosts` is the value of `setting`.
    static OutboundPolicy others(std::string_view setting, std::string_view hosts,
                                 std::string bearer = {});

    // Why no call goes there whatever its name resolves to; "" when one may be tried.
    std::string refusal(const Url& url) const;
};

// What an address is, for a message: "a loopback address"; "" when it is a public one.
std::string_view kind_of_address(const sockaddr& address);

}  // namespace stele::http
