// What the tests of the endpoint share: a scripted server and an embedder that asks it.
#pragma once

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "foundation/base/error.hpp"
#include "foundation/embed/endpoint.hpp"
#include "stub_server.hpp"

namespace stele::embed {

inline constexpr const char* kKey = "stub-key-0123456789";

// One vector (length of the text, 1) a text.
inline StubReply vectors_for(const StubRequest& request) {
    const boost::json::value body = boost::json::parse(request.body);
    boost::json::array data;
    for (const auto& text : body.at("input").as_array())
        data.push_back(boost::json::object{
            {"embedding", {static_cast<double>(text.as_string().size()), 1.0}}});
    return {200, serialize(boost::json::object{{"data", data}})};
}

inline constexpr std::chrono::seconds kLong{20};

class EndpointTest : public ::testing::Test {
  protected:
    Settings settings(const StubServer& server) {
        Settings out;
        out.kind = Kind::endpoint;
        out.url = server.url();
        out.model = "stub-model";
        out.api_key = kKey;
        out.dimensions = 2;
        out.batch_size = 2;
        return out;
    }

    static std::vector<Vector> embed(Embedder& embedder, const std::vector<std::string>& texts,
                                     std::chrono::milliseconds time = kLong) {
        return embedder.embed(texts, Purpose::document, std::chrono::steady_clock::now() + time);
    }

    static Error error_of(Embedder& embedder, std::chrono::milliseconds time = kLong) {
        try {
            embed(embedder, {"text"}, time);
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), ::testing::Not(::testing::HasSubstr(kKey)));
            EXPECT_THAT(error.hint(), ::testing::Not(::testing::HasSubstr(kKey)));
            return error;
        }
        ADD_FAILURE() << "nothing was thrown";
        return {Code::internal, ""};
    }
};

}  // namespace stele::embed
