// Builds .safetensors files in memory.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace stele::embed {

inline std::string with_header(const std::string& json, const std::string& data) {
    const std::uint64_t size = json.size();
    std::string out(sizeof size, '\0');
    std::memcpy(out.data(), &size, sizeof size);
    return out + json + data;
}

class SafetensorsBytes {
  public:
    SafetensorsBytes& f32(const std::string& name, const std::vector<std::size_t>& shape,
                          const std::vector<float>& values) {
        return add(name, "F32", shape, values.data(), values.size() * sizeof(float));
    }

    SafetensorsBytes& f16(const std::string& name, const std::vector<std::size_t>& shape,
                          const std::vector<std::uint16_t>& values) {
        return add(name, "F16", shape, values.data(), values.size() * sizeof(std::uint16_t));
    }

    SafetensorsBytes& add(const std::string& name, const std::string& dtype,
                          const std::vector<std::size_t>& shape, const void* bytes,
                          std::size_t size) {
        std::string dimensions;
        for (const std::size_t n : shape)
            dimensions += (dimensions.empty() ? "" : ",") + std::to_string(n);
        header_ += header_.empty() ? "" : ",";
        header_ += "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":[" + dimensions +
                   "],\"data_offsets\":[" + std::to_string(data_.size()) + "," +
                   std::to_string(data_.size() + size) + "]}";
        data_.append(static_cast<const char*>(bytes), size);
        return *this;
    }

    std::string bytes() const { return with_header("{" + header_ + "}", data_); }

  private:
    std::string header_;
    std::string data_;
};

}  // namespace stele::embed
