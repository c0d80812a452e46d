// Questions: any text, and perhaps names of participants; and the words of documents.
#include "foundation/base/limits.hpp"
#include "fuzz.hpp"
#include "knowledge/retrieval/lexical.hpp"
#include "knowledge/retrieval/question.hpp"

using namespace stele;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest = fuzz::text_of(data, size);
    const std::string_view text = fuzz::take_part(rest);
    std::vector<std::string> participants;
    while (!rest.empty() && participants.size() < 8)
        participants.emplace_back(fuzz::take_part(rest));
    const retrieval::Question question = retrieval::parse_query(text, participants);
    fuzz::require(question.terms.size() <= limits::kLongQueryTerms, "terms are bounded");
    fuzz::require(question.pairs.size() <= 64, "pairs are bounded");
    for (const auto& mention : question.dates)
        fuzz::require(mention.month >= 1 && mention.month <= 12, "a month is one");
    retrieval::speaks_of_time(text);
    const retrieval::Document document = retrieval::analyse(text);
    fuzz::require(document.words >= 0, "words are counted");
    return 0;
}
