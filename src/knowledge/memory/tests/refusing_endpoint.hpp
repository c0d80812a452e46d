// An embedding endpoint on loopback that refuses texts with "forbidden" in them.
#pragma once

#include <atomic>
#include <memory>

#include "foundation/embed/tests/endpoint_fixture.hpp"

namespace stele::memory {

struct RefusingEndpoint {
    std::atomic<int> status = 400;  // of its refusal; 200: it refuses nothing; 503: everything
    embed::StubServer server{[this](const embed::StubRequest& request, int) -> embed::StubReply {
        if (status != 200 && request.body.find("forbidden") != request.body.npos)
            return {status, R"({"error": "rejected by the content filter"})"};
        if (status == 503) return {503, ""};
        return embed::vectors_for(request);
    }};

    std::shared_ptr<embed::Embedder> model(const std::string& name = "fake") const {
        embed::Settings s;
        s.kind = embed::Kind::endpoint;
        s.url = server.url();
        s.model = name;
        s.dimensions = 2;
        s.retries = 0;
        s.query_cache_entries = 0;
        s.breaker_failures = 100;
        return embed::make_embedder(s);
    }
};

}  // namespace stele::memory
