// A directory of this process's own (0700) that goes away with the object, and all that is in it.
#pragma once

#include <filesystem>
#include <string_view>

namespace stele::ops {

class TemporaryFolder {
  public:
    // In `parent`, or where temporary files go. Throws Error(failed) that names the parent and says
    // `remedy`.
    explicit TemporaryFolder(std::string_view name, const std::filesystem::path& parent = {},
                             std::string_view remedy = {});
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace stele::ops
