#include "foundation/embed/bert.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/base/error.hpp"
#include "foundation/embed/model_dir.hpp"
#include "tiny_bert.hpp"

namespace stele::embed {
namespace {

using ::testing::HasSubstr;

Bert load(const TempDir& dir) {
    const ModelDir model = read_model_dir(dir.path());
    return {model.config, Safetensors(File(model.weights)),
            static_cast<std::size_t>(model.info.max_tokens)};
}

double cosine(const float* a, const std::vector<double>& b) {
    double dot = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < b.size(); ++i) {
        dot += a[i] * b[i];
        aa += static_cast<double>(a[i]) * a[i];
        bb += b[i] * b[i];
    }
    return dot / std::sqrt(aa * bb);
}

// Every token's state, of sequences of several lengths in one pack, with either tensor prefix.
TEST(Bert, ComputesWhatTheFormulasSay) {
    for (const char* prefix : {"", "bert."}) {
        TempDir dir;
        const TinyBert tiny(prefix);
        tiny.write(dir);
        const Bert bert = load(dir);
        const std::vector<std::vector<Token>> sequences{
            {2, 3}, {2, 5, 9, 1, 4, 3}, {2}, {2, 11, 10, 8, 7, 6, 5, 4, 3, 2, 1, 0, 11, 10, 9, 3}};
        const std::vector<float> states = bert.forward(sequences);
        const float* row = states.data();
        for (const auto& sequence : sequences)
            for (const auto& wanted : tiny.forward(sequence)) {
                EXPECT_GT(cosine(row, wanted), 0.9995);
                for (std::size_t i = 0; i < wanted.size(); ++i)
                    EXPECT_NEAR(row[i], wanted[i], 0.15);
                row += TinyBert::kHidden;
            }
        EXPECT_EQ(row, states.data() + states.size());
    }
}

TEST(Bert, ASequenceDoesNotSeeItsNeighbours) {
    TempDir dir;
    TinyBert().write(dir);
    const Bert bert = load(dir);
    const std::vector<Token> one{2, 5, 9, 3}, other{2, 4, 4, 4, 8, 3};
    const auto alone = bert.forward({{one}});
    auto packed = bert.forward({{other, one, other}});
    packed.erase(packed.begin(), packed.begin() + other.size() * TinyBert::kHidden);
    packed.resize(alone.size());
    EXPECT_EQ(packed, alone);
}

TEST(Bert, NamesTheTensorThatIsMissingOrMisshapen) {
    TempDir dir;
    TinyBert().write(dir);
    const auto expect_refused = [&](const std::string& from, const std::string& to,
                                    const std::string& why) {
        std::string config = TinyBert::config();
        config.replace(config.find(from), from.size(), to);
        dir.write("config.json", config);
        try {
            load(dir);
            FAIL() << "accepted, should say: " << why;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::configuration);
            EXPECT_THAT(error.what(), HasSubstr(why));
        }
    };
    expect_refused("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3",
                   "has no tensor encoder.layer.2.");
    expect_refused("\"intermediate_size\": 40", "\"intermediate_size\": 41",
                   "encoder.layer.0.intermediate.dense.weight has not the shape");
    expect_refused("\"vocab_size\": 12", "\"vocab_size\": 13", "word_embeddings.weight");
}

}  // namespace
}  // namespace stele::embed
