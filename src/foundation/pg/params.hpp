// Typed parameters of a statement, encoded in PostgreSQL's binary format.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/base/clock.hpp"
#include "foundation/base/json.hpp"
#include "foundation/base/uuid.hpp"

namespace stele::pg {

// Raw bytes for a bytea parameter.
struct Bytes {
    std::string_view data;
};

// pgvector's halfvec: 16-bit floats. The statement casts the parameter: $3::halfvec.
struct HalfVector {
    std::span<const float> values;
};

// pgvector's sparsevec: 1-based indices in rising order, each with a value that is not 0.
struct SparseVector {
    std::vector<std::pair<std::int32_t, float>> entries;
    std::int32_t dimensions = 1'000'000'000;
};

// The object ids of the extension types, which differ from database to database; needed for arrays.
struct TypeOids {
    std::uint32_t halfvec = 0;
    std::uint32_t sparsevec = 0;
};

class Params {
  public:
    template <class... Args>
    explicit Params(const TypeOids& types, const Args&... args) : types_(types) {
        (add(args), ...);
    }

    void add(std::nullopt_t);
    void add(bool value);
    void add(std::int32_t value);
    void add(std::int64_t value);
    void add(double value);
    void add(std::string_view value);
    void add(const std::string& value) { add(std::string_view(value)); }
    void add(const char* value) { add(std::string_view(value)); }
    void add(const Uuid& value);
    void add(Timestamp value);
    void add(const json::object& value);
    void add(Bytes value);
    void add(HalfVector value);
    void add(const SparseVector& value);
    void add(const std::vector<std::string>& values);
    void add(const std::vector<Uuid>& values);
    void add(const std::vector<std::int32_t>& values);
    void add(const std::vector<bool>& values);
    void add(const std::vector<json::object>& values);
    void add(const std::vector<SparseVector>& values);
    void add(const std::vector<std::vector<float>>& values);  // halfvec[]; an empty one is NULL
    void add(const std::vector<Bytes>& values);
    template <class T>
    void add(const std::vector<std::optional<T>>& values) {
        begin_array(oid_of(T{}), values.size());
        for (const auto& value : values) value ? add_element(*value) : add_null_element();
        end_array(array_oid_of(T{}));
    }
    template <class T>
    void add(const std::optional<T>& value) {
        // NULL with the type that a value would have: a statement is prepared once, for both.
        add(value ? *value : T{});
        if (!value) make_null();
    }

    int size() const { return int(oids_.size()); }
    // Arrays in the shape libpq wants them; valid while this object lives.
    const std::uint32_t* oids() const { return oids_.data(); }
    std::vector<const char*> values() const;
    const int* lengths() const { return lengths_.data(); }
    std::vector<int> formats() const { return std::vector<int>(oids_.size(), 1); }

  private:
    struct Slot {
        std::size_t offset;
        bool null;
    };
    void begin();
    void end(std::uint32_t oid);
    void make_null();
    void begin_array(std::uint32_t element_oid, std::size_t count);
    void end_array(std::uint32_t array_oid);
    void add_null_element();
    void add_element(std::string_view value);
    void add_element(const std::string& value) { add_element(std::string_view(value)); }
    void add_element(const Uuid& value);
    void add_element(Timestamp value);
    void add_element(std::int32_t value);
    static std::uint32_t oid_of(std::int32_t);
    static std::uint32_t oid_of(const std::string&);
    static std::uint32_t oid_of(Timestamp);
    static std::uint32_t oid_of(const Uuid&);
    static std::uint32_t array_oid_of(std::int32_t);
    static std::uint32_t array_oid_of(const std::string&);
    static std::uint32_t array_oid_of(Timestamp);
    static std::uint32_t array_oid_of(const Uuid&);
    template <class T>
    void put(T value);
    void put_bytes(std::string_view bytes) { buffer_.append(bytes); }
    void put_sparse(const SparseVector& value);
    void put_half(std::span<const float> values);
    template <class Fill>
    void element(Fill fill);

    TypeOids types_;
    std::string buffer_;
    std::vector<Slot> slots_;
    std::vector<int> lengths_;
    std::vector<std::uint32_t> oids_;
    std::size_t array_start_ = 0;
};

}  // namespace stele::pg
