// URLs of places that are called: taken apart once, by the parser of the library that calls them.
#pragma once

#include <string>
#include <string_view>

namespace stele::http {

struct Url {
    std::string scheme;  // http or https
    std::string host;    // lower case, no trailing dot; an IPv6 address without brackets
    int port = 0;        // from 1 to 65535; the scheme's own when the text names none
};

// Throws Error(invalid_argument) that names `field` unless it is an absolute http or https URL of
// printable ASCII whose port is from 1 to 65535, without user name, password, or a dubious host.
Url parse_url(const std::string& url, std::string_view field = "url");

// The same for the base of an API: no query and no fragment either. Gives it without a slash at
// the end.
std::string checked_url(const std::string& url, std::string_view field = "url");

// Text that somebody else chose as one segment of a path, percent-encoded. Throws
// Error(invalid_argument) for "", "." and "..", which no encoding makes a segment of its own.
std::string path_segment(std::string_view text);

// The address of an OpenAI-compatible endpoint, from what a user writes in embedding.url or
// summary.url.
struct EndpointUrl {
    std::string call;   // what is called, with the query if there is one
    std::string shown;  // the same without the query, for messages
};

// Throws Error(configuration) unless it is an http or https URL without a user name or password.
// `call` is what is called there, "embeddings"; `section` holds the setting, "embedding".
EndpointUrl endpoint_url(const std::string& url, std::string_view call, std::string_view section);

}  // namespace stele::http
