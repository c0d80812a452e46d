// The few Asio types this folder uses. Concrete executors, so that no call goes through a
// type-erased one.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/spawn.hpp>
#include <chrono>

namespace stele::http {

namespace asio = boost::asio;

using boost::system::error_code;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Yield = asio::basic_yield_context<Executor>;
using Clock = std::chrono::steady_clock;

}  // namespace stele::http
