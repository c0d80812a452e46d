// The address of an OpenAI-compatible endpoint, from what a user writes in embedding.url.
#pragma once

#include <string>

namespace stele::embed {

// What an endpoint's address comes to: see Settings::url for the rule.
struct EndpointUrl {
    std::string call;   // what is called, with the query if there is one
    std::string shown;  // the same without the query, for messages
};

// Throws Error(configuration) unless it is an http or https URL without a user name or password.
EndpointUrl embeddings_url(const std::string& url);

}  // namespace stele::embed
