// A file that is there whole or not at all, and that only its owner may read.
#pragma once

#include <string>
#include <string_view>

namespace stele {

// Written under a temporary name next to its place, which it takes at the end. Not synced: for
// exports that can be made again.
class NewFile {
  public:
    // Throws Error(invalid_argument) that names `field` when no file can be made there.
    NewFile(std::string path, std::string_view field);
    ~NewFile();  // what was not finished goes away
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    // Both throw Error(failed): the disk is full, the folder is gone.
    void write(std::string_view text);
    void finish();

  private:
    [[noreturn]] void fail() const;

    const std::string path_, temporary_;
    int fd_ = -1;
};

}  // namespace stele
