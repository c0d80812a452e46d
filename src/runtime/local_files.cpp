#include "runtime/local_files.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"

namespace stele::runtime {

void require_local_files(const Context& context, std::string_view field, std::string_view instead) {
    if (context.local_files) return;
    throw Error(Code::forbidden,
                fmt::format("{}: paths are for the shell on the server's own machine", field),
                std::string(instead));
}

}  // namespace stele::runtime
