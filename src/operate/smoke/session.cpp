#include "operate/smoke/session.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/base/json_text.hpp"
#include "foundation/base/text.hpp"
#include "foundation/base/uuid.hpp"

namespace stele::smoke {

namespace {

constexpr std::size_t kReplyBytes = 1 << 20;
constexpr std::size_t kShownBytes = 200;

// Letters and digits alone, so that every tokenizer takes it as one word.
std::string new_marker() {
    std::string out = "smoke" + Uuid::v7().text();
    std::erase(out, '-');
    return out;
}

// What problem+json says; a proxy's page says nothing that would help.
std::string said(const json::object& body) {
    for (const char* name : {"detail", "message", "title"})
        if (const std::string text = text_of(body, name); !text.empty())
            return ": " + excerpt(text, kShownBytes);
    const json::value* database = body.if_contains("database");
    if (!database || !database->is_object()) return "";
    std::string out = ": database " + text_of(database->get_object(), "status");
    for (const char* name : {"message", "drift"})
        if (const std::string why = text_of(database->get_object(), name); !why.empty())
            return out + ": " + excerpt(why, kShownBytes);
    return out;
}

std::string hint_of(const Answer& answer) {
    if (answer.status == 401) return "set STELE_TOKEN or STELE_TOKEN_FILE to the server's token";
    if (answer.status / 100 == 3) return "redirects are not followed: give the final URL";
    if (const std::string hint = text_of(answer.body, "hint"); !hint.empty()) return hint;
    if (answer.body.empty()) return "is it Stele that listens there?";
    if (answer.status >= 500) return "on the server's machine: stele doctor";
    return "";
}

}  // namespace

Session::Session(std::string url, const std::string& token, std::chrono::milliseconds patience)
    : url_(std::move(url)),
      client_(http::OutboundPolicy::own(url_, token),
              {"Content-Type: application/json", "User-Agent: stele-smoke/" STELE_VERSION}),
      limits_{patience, patience, kReplyBytes},
      marker_(new_marker()) {}

Answer Session::call(const std::string& method, const std::string& path,
                     const json::object& input) {
    const http::Reply reply = client_.send(method, url_ + path, serialize(input), limits_);
    return {reply.status, object_of(reply.body)};
}

json::object Session::must(const std::string& method, const std::string& path,
                           const json::object& input) {
    Answer answer = call(method, path, input);
    if (answer.status == 200 && !answer.body.empty()) return std::move(answer.body);
    throw StepFailed(
        fmt::format("{} {} answered {}{}", method, path, answer.status,
                    answer.status == 200 ? ", which is no JSON object" : said(answer.body)),
        hint_of(answer));
}

}  // namespace stele::smoke
