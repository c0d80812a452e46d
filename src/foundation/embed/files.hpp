// Reading the files of a model directory; every failure names the file and how to get it back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace stele::embed {

// Error(configuration): "<file>: <what>", with the hint to run ./script/fetch-model.
[[noreturn]] void fail_model(const std::filesystem::path& file, const std::string& what);

class File {
  public:
    explicit File(std::filesystem::path path);  // opens for reading
    ~File();
    File(File&& other) noexcept;
    File& operator=(File&&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::uint64_t size() const { return size_; }  // when it was opened

    // Fills `out` from `offset`; throws when the file ends before. Any number of threads may read.
    void read(std::uint64_t offset, std::span<std::byte> out) const;

    // Throws when it is larger than `max_bytes`.
    std::string text(std::uint64_t max_bytes) const;

    std::string sha256() const;  // hex

  private:
    std::filesystem::path path_;
    int fd_;
    std::uint64_t size_ = 0;
};

}  // namespace stele::embed
