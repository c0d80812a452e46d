#include "knowledge/retrieval/blocks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "foundation/base/error.hpp"
#include "knowledge/retrieval/scores.hpp"

namespace stele::retrieval {

namespace {

static_assert(std::endian::native == std::endian::little, "blocks are read as they lie");

enum class Type : char { postings = 1, ids = 2 };
constexpr char kVersion = 1;
constexpr std::size_t kHeader = 16, kCountAt = 4, kChecksumAt = 8;
constexpr std::size_t kIdBytes = 16;

template <class T>
T load(std::string_view bytes, std::size_t at) {
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

template <class T>
void append(std::string& out, T value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// Each step is one-to-one in the state and in the word, so a single changed word always shows.
std::uint64_t mixed(std::uint64_t state, std::uint64_t word) {
    state = (state ^ word) * 0x9E3779B97F4A7C15ULL;
    return state ^ (state >> 29);
}

std::uint64_t mixed_bytes(std::uint64_t state, std::string_view bytes) {
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) state = mixed(state, load<std::uint64_t>(bytes, at));
    std::uint64_t rest = 0;
    std::memcpy(&rest, bytes.data() + at, bytes.size() - at);
    return mixed(mixed(state, rest), bytes.size());
}

// Two lanes, because one waits for its multiplication most of the time.
std::uint64_t checksum(const BlockPlace& place, std::string_view block) {
    const auto* id = reinterpret_cast<const char*>(place.segment.bytes.data());
    std::uint64_t state = mixed_bytes(std::uint32_t(place.bucket), {id, kIdBytes});
    state = mixed(state, load<std::uint64_t>(block, 0));
    const std::string_view body = block.substr(kHeader);
    const std::size_t half = body.size() / 16 * 8;
    std::uint64_t a = state, b = ~state;
    for (std::size_t at = 0; at < half; at += 8) {
        a = mixed(a, load<std::uint64_t>(body, at));
        b = mixed(b, load<std::uint64_t>(body, half + at));
    }
    return mixed(mixed_bytes(a, body.substr(2 * half)), b);
}

std::string header(Type type, std::size_t count) {
    std::string out = {'S', 'G', kVersion, char(type)};
    append(out, std::uint32_t(count));
    append(out, std::uint64_t(0));
    return out;
}

// The count, after everything that can be checked without knowing what the block holds.
std::uint32_t open(const BlockPlace& place, Type type, std::string_view bytes) {
    if (bytes.size() < kHeader) damaged_block(place, "is cut off");
    if (bytes[0] != 'S' || bytes[1] != 'G') damaged_block(place, "is not a block");
    if (bytes[2] != kVersion) damaged_block(place, "is of another version");
    if (bytes[3] != char(type)) damaged_block(place, "is of another type");
    if (load<std::uint64_t>(bytes, kChecksumAt) != checksum(place, bytes))
        damaged_block(place, "is not what was written");
    return load<std::uint32_t>(bytes, kCountAt);
}

void append_varint(std::string& out, std::uint32_t value) {
    for (; value >= 0x80; value >>= 7) out.push_back(char(value | 0x80));
    out.push_back(char(value));
}

}  // namespace

void damaged_block(const BlockPlace& place, std::string_view what) {
    throw Error(
        Code::failed,
        fmt::format("block {} of search segment {} {}", place.bucket, place.segment.text(), what),
        "`stele segments refold` makes this tenant's segments anew from its rows");
}

std::string sealed(const BlockPlace& place, std::string block) {
    const std::uint64_t sum = checksum(place, block);
    std::memcpy(block.data() + kChecksumAt, &sum, sizeof sum);
    return block;
}

std::uint8_t quantised(float weight) {
    return std::uint8_t(std::clamp(std::lround(weight / kWeightStep), 1L, 255L));
}

namespace {

void append_list(std::string& out, std::uint32_t documents, std::span<const Posting> postings) {
    const auto count = std::uint32_t(postings.size());
    const bool dense = count >= (documents + 1) / 2;
    append_varint(out, count << 1 | std::uint32_t(dense));
    if (dense) {
        const std::size_t start = out.size();
        out.append(documents, '\0');
        for (const Posting& p : postings) out[start + p.ordinal] = char(p.weight);
        return;
    }
    std::uint32_t before = 0;
    for (const Posting& p : postings) {
        append_varint(out, p.ordinal - before);
        out.push_back(char(p.weight));
        before = p.ordinal;
    }
}

}  // namespace

std::string encode_postings(const BlockPlace& place, std::uint32_t documents,
                            std::span<const Posting> postings) {
    std::string dimensions, ends, lists;
    std::size_t terms = 0;
    for (auto left = postings; !left.empty(); ++terms) {
        const std::int32_t dimension = left.front().dimension;
        const auto end = std::ranges::find_if(
            left, [dimension](const Posting& p) { return p.dimension != dimension; });
        const auto own = left.first(std::size_t(end - left.begin()));
        append_list(lists, documents, own);
        append(dimensions, dimension);
        append(ends, std::uint32_t(lists.size()));
        left = left.subspan(own.size());
    }
    return sealed(place, header(Type::postings, terms) + dimensions + ends + lists);
}

std::string encode_ids(const BlockPlace& place, std::span<const Uuid> ids) {
    std::string out = header(Type::ids, ids.size());
    for (const Uuid& id : ids) out.append(reinterpret_cast<const char*>(id.bytes.data()), kIdBytes);
    return sealed(place, std::move(out));
}

namespace {

std::size_t open_ids(const BlockPlace& place, std::string_view bytes) {
    const std::size_t count = open(place, Type::ids, bytes);
    if (bytes.size() != kHeader + count * kIdBytes) damaged_block(place, "has another length");
    return count;
}

Uuid load_id(std::string_view bytes, std::size_t at) {
    return {load<std::array<std::uint8_t, kIdBytes>>(bytes, kHeader + at * kIdBytes)};
}

}  // namespace

std::vector<Uuid> decode_ids(const BlockPlace& place, std::string_view bytes) {
    std::vector<Uuid> out(open_ids(place, bytes));
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = load_id(bytes, i);
    return out;
}

Uuid id_in(const BlockPlace& place, std::string_view bytes, std::size_t at) {
    if (at >= open_ids(place, bytes)) damaged_block(place, "has too few ids");
    return load_id(bytes, at);
}

PostingBlock::PostingBlock(const BlockPlace& place, std::string_view bytes)
    : PostingBlock(place, bytes, open(place, Type::postings, bytes)) {}

PostingBlock PostingBlock::known(const BlockPlace& place, std::string_view bytes) {
    return {place, bytes, load<std::uint32_t>(bytes, kCountAt)};
}

PostingBlock::PostingBlock(const BlockPlace& place, std::string_view bytes, std::uint32_t terms)
    : place_(place), terms_(terms) {
    const std::size_t table = std::size_t(terms_) * 4;
    if (bytes.size() < kHeader + 2 * table) damaged_block(place, "is too short for its terms");
    dimensions_ = bytes.substr(kHeader, table);
    ends_ = bytes.substr(kHeader + table, table);
    lists_ = bytes.substr(kHeader + 2 * table);
}

std::int32_t PostingBlock::dimension(std::uint32_t term) const {
    return load<std::int32_t>(dimensions_, std::size_t(term) * 4);
}

std::uint32_t PostingBlock::end_of(std::uint32_t term) const {
    return load<std::uint32_t>(ends_, std::size_t(term) * 4);
}

PostingList PostingBlock::list(std::uint32_t term) const {
    const std::uint32_t begin = term == 0 ? 0 : end_of(term - 1);
    const std::uint32_t end = end_of(term);
    if (begin > end || end > lists_.size()) damaged_block(place_, "has a list outside itself");
    return {place_, lists_.substr(begin, end - begin)};
}

PostingList PostingBlock::find(std::int32_t dimension) const {
    std::uint32_t low = 0, high = terms_;
    while (low < high) {
        const std::uint32_t middle = low + (high - low) / 2;
        if (this->dimension(middle) < dimension)
            low = middle + 1;
        else
            high = middle;
    }
    return low < terms_ && this->dimension(low) == dimension ? list(low) : PostingList{};
}

void PostingBlock::read(std::uint32_t documents, std::vector<Posting>& out) const {
    for (std::uint32_t term = 0; term < terms_; ++term) {
        const std::int32_t of = dimension(term);
        list(term).for_each(documents, [&](std::uint32_t ordinal, std::uint8_t weight) {
            out.push_back({of, ordinal, weight});
        });
    }
}

PostingList::PostingList(const BlockPlace& place, std::string_view bytes) : place_(place) {
    const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
    const auto* const end = at + bytes.size();
    std::uint32_t head = 0;
    if (!detail::take_varint(at, end, head)) damaged();
    bytes_ = bytes.substr(bytes.size() - std::size_t(end - at));
    count_ = head >> 1;
    dense_ = (head & 1) != 0;
    if (count_ > bytes_.size() / (dense_ ? 1 : 2)) damaged();
}

void PostingList::add_to(float* scores, std::uint32_t documents, float worth) const {
    worth *= kWeightStep;
    if (dense_) {
        if (bytes_.size() != documents) damaged();
        add_weights(scores, reinterpret_cast<const std::uint8_t*>(bytes_.data()), documents, worth);
        return;
    }
    for_each(documents, [&](std::uint32_t ordinal, std::uint8_t weight) {
        scores[ordinal] += worth * float(weight);
    });
}

void PostingList::damaged() const {
    damaged_block(place_, "has a list that does not hold together");
}

}  // namespace stele::retrieval
