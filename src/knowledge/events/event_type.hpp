// What an event may be called.
#pragma once

#include <string>
#include <string_view>

namespace stele::events {

// Why a type cannot be an event's: it becomes a line of the stream, so it is letters, digits and
// "_.:/-" alone. "" when it can.
std::string event_type_problem(std::string_view type);

// The same for what a worker reports: the types that the ledger and the stream give by themselves
// (job.complete, stream.gap, …) would look as if they came from there.
std::string reported_type_problem(std::string_view type);

}  // namespace stele::events
