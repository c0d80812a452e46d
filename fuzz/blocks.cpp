// The segments' blocks: bytes from the database, with a checksum that happens to fit.
#include "knowledge/retrieval/blocks.hpp"

#include "fuzz.hpp"

using namespace stele;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kHeader = 16;
    if (size < 1) return 0;
    const std::uint32_t documents = data[0];
    const std::string bytes(fuzz::text_of(data + 1, size - 1));
    const retrieval::BlockPlace place;
    const auto decode = [&](const std::string& block) {
        fuzz::accepts([&] {
            const retrieval::PostingBlock postings(place, block);
            std::vector<float> scores(documents);
            for (std::uint32_t i = 0; i < postings.terms(); ++i) {
                postings.list(i).add_to(scores.data(), documents, 1);
                postings.find(postings.dimension(i)).count();
            }
        });
        fuzz::accepts([&] {
            std::vector<retrieval::Posting> all;
            retrieval::PostingBlock(place, block).read(documents, all);
            for (const auto& posting : all)
                fuzz::require(posting.ordinal < documents, "an ordinal lies in the segment");
        });
        fuzz::accepts([&] {
            const auto ids = retrieval::decode_ids(place, block);
            for (std::size_t i = 0; i < ids.size(); ++i)
                fuzz::require(retrieval::id_in(place, block, i) == ids[i], "one id equals all");
        });
    };
    decode(bytes);
    if (bytes.size() >= kHeader) decode(retrieval::sealed(place, bytes));
    return 0;
}
