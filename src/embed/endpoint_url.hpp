// The address of an OpenAI-compatible endpoint, from what a user writes in embedding.url or
// summary.url.
#pragma once

#include <string>
#include <string_view>

namespace stele::embed {

// What an endpoint's address comes to: see Settings::url for the rule.
struct EndpointUrl {
    std::string call;   // what is called, with the query if there is one
    std::string shown;  // the same without the query, for messages
};

// Throws Error(configuration) unless it is an http or https URL without a user name or password.
// `call` is what is called there, "embeddings"; `section` holds the setting, "embedding".
EndpointUrl endpoint_url(const std::string& url, std::string_view call, std::string_view section);
EndpointUrl embeddings_url(const std::string& url);

}  // namespace stele::embed
