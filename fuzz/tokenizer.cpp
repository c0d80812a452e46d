// tokenizer.json from elsewhere, and text for it behind a zero byte.
#include "foundation/embed/tokenizer.hpp"

#include "fuzz.hpp"

using namespace stele;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest = fuzz::text_of(data, size);
    const fuzz::MemoryFile file(fuzz::take_part(rest));
    fuzz::accepts([&] {
        const embed::Tokenizer tokenizer(file.path());
        std::vector<embed::Token> tokens;
        tokenizer.append(rest, 64, tokens);
        fuzz::require(tokens.size() <= 64, "tokens are bounded");
        for (const embed::Token token : tokens)
            fuzz::require(token >= 0 && token <= tokenizer.greatest(),
                          "a token is in the vocabulary");
    });
    return 0;
}
