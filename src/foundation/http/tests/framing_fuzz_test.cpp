// About a second of the fuzzer, the same second every time.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>

#include "bad_heads.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace stele::http {
namespace {

class Mutator {
  public:
    std::string mutate(std::string text, const std::vector<std::string>& corpus) {
        for (std::size_t steps = 1 + below(3); steps > 0; --steps) step(text, corpus);
        return text;
    }
    std::size_t below(std::size_t bound) { return bound == 0 ? 0 : random_() % bound; }

  private:
    void step(std::string& text, const std::vector<std::string>& corpus) {
        static const std::vector<std::string> kPieces{"\r\n",
                                                      "\n",
                                                      "\r",
                                                      " ",
                                                      "\t",
                                                      ":",
                                                      ",",
                                                      "%",
                                                      "%41",
                                                      "%00",
                                                      "/",
                                                      "?",
                                                      "&",
                                                      "#",
                                                      "*",
                                                      "[",
                                                      "]",
                                                      "0",
                                                      "9",
                                                      "chunked",
                                                      "close",
                                                      "keep-alive",
                                                      "Content-Length: 5\r\n",
                                                      "Connection: close\r\n",
                                                      "Transfer-Encoding: chunked\r\n",
                                                      "Host: a\r\n",
                                                      "X-Request-Id: a\r\n",
                                                      "\r\n\r\n",
                                                      std::string(1, '\0'),
                                                      "\x7f",
                                                      "\x80",
                                                      "\xff",
                                                      "http://a",
                                                      "HTTP/1.0",
                                                      "HTTP/1.1"};
        const std::size_t at = below(text.size() + 1);
        switch (below(6)) {
            case 0:
                text.insert(at, kPieces[below(kPieces.size())]);
                break;
            case 1:
                text.erase(at, 1 + below(4));
                break;
            case 2:
                text.replace(at, below(4), kPieces[below(kPieces.size())]);
                break;
            case 3:
                if (at < text.size()) text[at] = char(text[at] ^ (1 << below(8)));
                break;
            case 4:
                text.insert(at, text.substr(below(text.size() + 1), below(40)));
                break;
            default: {
                const std::string& other = corpus[below(corpus.size())];
                text = text.substr(0, at) + other.substr(below(other.size() + 1));
            }
        }
    }

    std::mt19937_64 random_{20260728};
};

TEST(FramingFuzz, MutatedHeadsKeepTheInvariants) {
    std::vector<std::string> corpus{
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a%20b?c=d&e=%C3%BC HTTP/1.1\r\nHost: a:80\r\nAccept: */*\r\nConnection: "
        "close\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: [::1]:7600\r\nContent-Length: 5\r\n\r\nhello",
        "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n",
        "GET http://a/x HTTP/1.1\r\nHost: a\r\nX-Request-Id: 1\r\n\r\n",
        "POST / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\nX:  spaced\t\r\n\r\n",
    };
    const std::size_t good = corpus.size();
    for (const test::BadHead& bad : test::kBadHeads) corpus.push_back(bad.bytes);
    Mutator mutator;
    for (int i = 0; i < 300000; ++i) {
        // Half of the time from a good head, so that many mutants get past the first check.
        const std::string& seed = corpus[mutator.below(i % 2 == 0 ? good : corpus.size())];
        const std::string text = mutator.mutate(seed, corpus);
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    }
}

}  // namespace
}  // namespace stele::http
