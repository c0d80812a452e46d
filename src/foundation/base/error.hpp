// The one exception type of Stele and its closed list of codes.
//
// A function that cannot do what it was asked throws Error; absence is std::optional, never an
// exception. Doors translate a code in exactly one place (error.cpp): to an HTTP status, to an exit
// code and, over MCP, to a result with isError.
#pragma once

#include <boost/json/object.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace stele {

enum class Code {
    invalid_argument,   // the caller's input is wrong; the message names the field and the remedy
    unauthenticated,    // no valid credential
    forbidden,          // a valid credential that may not do this
    not_found,          // the named thing does not exist for this caller
    conflict,           // the state of the thing forbids it (already superseded, different content)
    too_large,          // a body, batch or value over its bound (foundation/base/limits.hpp)
    rate_limited,       // a queue or a peer is full; try again later
    unsupported,        // a method, media type or protocol version that is not spoken here
    cancelled,          // the caller went away or asked to stop
    deadline_exceeded,  // the time allowed for the request has passed
    unavailable,        // the database or the embedder cannot be reached, or refuses
    configuration,      // a setting is wrong or missing; nothing was started
    refused,            // refused for safety: a missing --force/--confirm, a guard, drift
    failed,             // the operation ran and failed
    internal,           // our bug
};

// What went wrong, for a person and for a program. `message` is one sentence without a final stop;
// `hint` says what to do about it and may be empty; `details` is free of secrets; `retryable` is
// true when the very same request may succeed later.
class Error : public std::runtime_error {
  public:
    Error(Code code, std::string message, std::string hint = {}, boost::json::object details = {},
          bool retryable = false);

    Code code() const { return code_; }
    std::string_view message() const { return what(); }
    const std::string& hint() const { return hint_; }
    const boost::json::object& details() const { return details_; }
    bool retryable() const { return retryable_; }

  private:
    Code code_;
    std::string hint_;
    boost::json::object details_;
    bool retryable_;
};

std::string_view name_of(Code code);  // "invalid_argument"
int http_status_of(Code code);        // 400
// 0 done, 1 the operation failed, 2 usage or configuration, 3 database, 4 refused for safety.
int exit_code_of(Code code);

}  // namespace stele
