#include "foundation/os/temporary_folder.hpp"

#include <cstdlib>
#include <string>
#include <system_error>

#include "foundation/base/error.hpp"

namespace stele::ops {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder(std::string_view name, const fs::path& parent,
                                 std::string_view remedy) {
    const fs::path in = parent.empty() ? fs::temp_directory_path() : parent;
    std::string made = (in / (std::string(name) + "-XXXXXX")).string();
    if (!::mkdtemp(made.data()))
        throw Error(Code::failed, "cannot make a directory in " + in.string(), std::string(remedy));
    path_ = made;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

}  // namespace stele::ops
