// The bytes of a segment: blocks of postings and blocks of ids.
//
// Every block begins with 16 bytes: "SG", version, type, a count (u32), a checksum (u64) over the
// segment's id, the bucket and all that follows; numbers are little-endian. A block that does not
// hold together is an Error(failed) that names it; nothing of it is used.
//
//   postings   count terms: their dimensions (u32, rising), then where each one's list ends in the
//              lists (u32), then the lists. A list begins with a varint: twice the number of its
//              postings, and 1 more when it is dense. Then, for each posting, how far its ordinal
//              is from the one before (varint) and its weight (1 byte); or, dense, the weight of
//              every document, 0 where the term does not occur. A list of half of a segment's
//              documents or more is dense: it is no longer so, and many times as quick to add up.
//   ids        count ids of 16 bytes; an item that was purged is all zeros.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/uuid.hpp"

namespace stele::retrieval {

// Which block: its name in errors, and what ties its checksum to its place.
struct BlockPlace {
    Uuid segment;
    std::int32_t bucket = 0;
};

// A term's weight in a document, 0..2.2 (lexical.hpp), in 8 bits. A term that occurs is never 0.
inline constexpr float kWeightStep = 2.2f / 255;
std::uint8_t quantised(float weight);
inline float weight_of(std::uint8_t quantised) {
    return float(quantised) * kWeightStep;
}

// `dimension` occurs in the segment's document number `ordinal`.
struct Posting {
    std::int32_t dimension;
    std::uint32_t ordinal;
    std::uint8_t weight;
    friend auto operator<=>(const Posting&, const Posting&) = default;
};

// Postings in rising order, without repeats of (dimension, ordinal), of a segment of so many
// documents.
std::string encode_postings(const BlockPlace& place, std::uint32_t documents,
                            std::span<const Posting> postings);
std::string encode_ids(const BlockPlace& place, std::span<const Uuid> ids);

// A whole block with its checksum written in: what encoding ends with, and a test of what comes
// after it begins with.
std::string sealed(const BlockPlace& place, std::string block);

// One term's postings; the bytes are the block's.
class PostingList {
  public:
    PostingList() = default;  // of a term that does not occur
    PostingList(const BlockPlace& place, std::string_view bytes);

    std::uint32_t count() const { return count_; }
    // Calls visit(ordinal, weight) in rising order. Throws for an ordinal of `documents` or more.
    template <class Visit>
    void for_each(std::uint32_t documents, Visit visit) const;
    // Adds worth · weight to the scores of the documents in which the term occurs.
    void add_to(float* scores, std::uint32_t documents, float worth) const;

  private:
    [[noreturn]] void damaged() const;

    BlockPlace place_;
    std::string_view bytes_;
    std::uint32_t count_ = 0;
    bool dense_ = false;
};

// A block of postings, checked; valid while its bytes are.
class PostingBlock {
  public:
    PostingBlock(const BlockPlace& place, std::string_view bytes);
    // One whose bytes went through this before and have been in memory since.
    static PostingBlock known(const BlockPlace& place, std::string_view bytes);

    std::uint32_t terms() const { return terms_; }
    std::int32_t dimension(std::uint32_t term) const;
    PostingList list(std::uint32_t term) const;
    PostingList find(std::int32_t dimension) const;
    // Appends all of it, in order.
    void read(std::uint32_t documents, std::vector<Posting>& out) const;

  private:
    PostingBlock(const BlockPlace& place, std::string_view bytes, std::uint32_t terms);
    std::uint32_t end_of(std::uint32_t term) const;

    BlockPlace place_;
    std::uint32_t terms_ = 0;
    std::string_view dimensions_, ends_, lists_;
};

std::vector<Uuid> decode_ids(const BlockPlace& place, std::string_view bytes);
Uuid id_in(const BlockPlace& place, std::string_view bytes, std::size_t at);  // one of them

[[noreturn]] void damaged_block(const BlockPlace& place, std::string_view what);

namespace detail {

// Reads a varint of at most 32 bits; false when the bytes end first or the number is larger.
inline bool take_varint(const unsigned char*& at, const unsigned char* end, std::uint32_t& out) {
    if (at == end) return false;
    std::uint32_t value = *at++;
    if (value < 0x80) {
        out = value;
        return true;
    }
    value &= 0x7F;
    for (int shift = 7; shift < 35; shift += 7) {
        if (at == end) return false;
        const std::uint32_t byte = *at++;
        if (shift == 28 && byte > 0x0F) return false;
        value |= (byte & 0x7F) << shift;
        if (byte < 0x80) {
            out = value;
            return true;
        }
    }
    return false;
}

}  // namespace detail

template <class Visit>
void PostingList::for_each(std::uint32_t documents, Visit visit) const {
    const auto* at = reinterpret_cast<const unsigned char*>(bytes_.data());
    const auto* const end = at + bytes_.size();
    if (dense_) {
        if (bytes_.size() != documents) damaged();
        for (std::uint32_t i = 0; i < documents; ++i)
            if (at[i] != 0) visit(i, std::uint8_t(at[i]));
        return;
    }
    std::uint64_t ordinal = 0;
    for (std::uint32_t i = 0; i < count_; ++i) {
        std::uint32_t delta = 0;
        if (!detail::take_varint(at, end, delta) || at == end) damaged();
        ordinal += delta;
        if (ordinal >= documents) damaged();
        visit(std::uint32_t(ordinal), std::uint8_t(*at++));
    }
    if (at != end) damaged();
}

}  // namespace stele::retrieval
