#include "foundation/base/error.hpp"

#include <array>

namespace stele {

namespace {

struct Row {
    Code code;
    std::string_view name;
    int http_status;
    int exit_code;
};

constexpr std::array kTable{
    Row{Code::invalid_argument, "invalid_argument", 400, 2},
    Row{Code::unauthenticated, "unauthenticated", 401, 1},
    Row{Code::forbidden, "forbidden", 403, 1},
    Row{Code::not_found, "not_found", 404, 1},
    Row{Code::conflict, "conflict", 409, 1},
    Row{Code::too_large, "too_large", 413, 2},
    Row{Code::rate_limited, "rate_limited", 429, 1},
    Row{Code::unsupported, "unsupported", 501, 2},
    Row{Code::cancelled, "cancelled", 499, 1},
    Row{Code::deadline_exceeded, "deadline_exceeded", 504, 1},
    Row{Code::unavailable, "unavailable", 503, 3},
    Row{Code::configuration, "configuration", 500, 2},
    Row{Code::refused, "refused", 403, 4},
    Row{Code::failed, "failed", 500, 1},
    Row{Code::internal, "internal", 500, 1},
};

const Row& row_of(Code code) {
    for (const Row& row : kTable)
        if (row.code == code) return row;
    return kTable.back();
}

}  // namespace

Error::Error(Code code, std::string message, std::string hint, boost::json::object details,
             bool retryable)
    : std::runtime_error(std::move(message)),
      code_(code),
      hint_(std::move(hint)),
      details_(std::move(details)),
      retryable_(retryable) {}

std::string_view name_of(Code code) {
    return row_of(code).name;
}
int http_status_of(Code code) {
    return row_of(code).http_status;
}
int exit_code_of(Code code) {
    return row_of(code).exit_code;
}

}  // namespace stele
