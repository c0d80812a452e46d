// MCP over stdio: one JSON-RPC message per line in, one per line out.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "doors/mcp/catalog.hpp"
#include "doors/mcp/jsonrpc.hpp"
#include "doors/mcp/session.hpp"
#include "foundation/base/limits.hpp"

namespace stele::mcp {

struct StdioOptions {
    int in_fd = 0;
    int out_fd = 1;
    std::size_t workers = 4;  // calls that run at once
    std::size_t line_bytes = limits::kLineBytes;
    std::chrono::milliseconds drain{5'000};  // for calls in flight when the input ends
    std::stop_token stop;                    // ends the session as the end of input does
    SessionOptions session;
};

// Serves one session until the input ends or the client stops reading; then calls in flight may
// finish within `drain`, are cancelled and waited for. Returns the exit code: 0, or 1 when reading
// failed. Ignores SIGPIPE in the whole process: a client that went away is not a crash.
int serve_stdio(std::shared_ptr<const Catalog> catalog, const StdioOptions& options);

// A descriptor for the protocol in place of stdout, which from now on goes to stderr: whatever a
// library prints cannot break the protocol. Throws Error(failed) when there is no stdout.
int claim_stdout();

// Cuts a stream of bytes into lines of at most `limit` bytes. Of a longer one the id is read, which
// many clients write last; the rest is dropped as it comes.
class LineCutter {
  public:
    using OnLine = std::function<void(std::string_view line)>;
    using OnTooLong = std::function<void(const json::value& request_id)>;

    LineCutter(std::size_t limit, OnLine on_line, OnTooLong on_too_long);
    void feed(std::string_view bytes);
    void end();  // the input has ended: what came after the last line break is a line too

  private:
    void append(std::string_view bytes);
    void cut();

    const std::size_t limit_;
    const OnLine on_line_;
    const OnTooLong on_too_long_;
    std::string line_;
    std::optional<RequestIdScanner> too_long_;
};

}  // namespace stele::mcp
