// Reads tensors from a .safetensors file: u64 header size, JSON header, raw little-endian data.
//
// The bytes are untrusted: every size and offset is checked before it is used. Data is read, not
// mapped: a file that shrinks under a mapping kills the process, and mapped pages would count as
// its memory long after the weights were converted.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/embed/files.hpp"

namespace stele::embed {

enum class DType { f16, f32, other };

struct Tensor {
    DType dtype = DType::other;
    std::vector<std::uint64_t> shape;
    std::uint64_t elements = 0;  // product of the shape
    std::uint64_t offset = 0;    // of the first byte, from the start of the file
};

class Safetensors {
  public:
    // Throws Error(configuration) that says what is wrong with the file.
    explicit Safetensors(File file);

    bool contains(std::string_view name) const { return tensors_.contains(name); }

    // The F16 or F32 tensor of that name and shape; throws Error(configuration) without it.
    const Tensor& require(std::string_view name, std::vector<std::uint64_t> shape) const;

    // Elements [first, first + out.size()) of the tensor, as floats. `first` and the size of `out`
    // lie within it. Any number of threads may read.
    void read(const Tensor& tensor, std::uint64_t first, std::span<float> out) const;

    std::vector<float> read(const Tensor& tensor) const;

    const File& file() const { return file_; }

  private:
    File file_;
    std::map<std::string, Tensor, std::less<>> tensors_;
};

}  // namespace stele::embed
