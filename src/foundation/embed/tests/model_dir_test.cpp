#include "foundation/embed/model_dir.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "foundation/embed/files.hpp"
#include "real_model.hpp"
#include "tiny_bert.hpp"

namespace stele::embed {
namespace {

using ::testing::HasSubstr;

class ModelDirTest : public ::testing::Test {
  protected:
    ModelDirTest() { TinyBert().write(dir_); }

    void expect_refused(const std::string& why) {
        try {
            read_model_dir(dir_.path());
            FAIL() << "accepted, should say: " << why;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::configuration);
            EXPECT_THAT(error.what(), HasSubstr(dir_.path().string()));
            EXPECT_THAT(error.what(), HasSubstr(why));
            EXPECT_THAT(error.hint(), HasSubstr("./script/fetch-model"));
        }
    }

    TempDir dir_;
};

TEST_F(ModelDirTest, ADirectoryOfTheUsersOwn) {
    const ModelDir model = read_model_dir(dir_.path());
    EXPECT_EQ(model.info.name, dir_.path().filename());
    EXPECT_EQ(model.info.dimensions, 24);
    EXPECT_EQ(model.info.max_tokens, 16);
    EXPECT_EQ(model.info.hash, sha256_hex(File(model.weights).text(1 << 20)));
    EXPECT_TRUE(model.hash_checked);
    EXPECT_EQ(model.pooling, Pooling::mean);
}

TEST_F(ModelDirTest, TheCardDecides) {
    std::filesystem::rename(dir_.path() / "model.safetensors", dir_.path() / "w.safetensors");
    dir_.write("stele-model.json",
               R"({"name": "bge-tiny", "pooling": "cls", "maxTokens": 12, "queryPrefix": "ask: ",
                   "documentPrefix": "tell: ", "weights": "w.safetensors", "sha256": "abc"})");
    const ModelDir model = read_model_dir(dir_.path());
    EXPECT_EQ(model.info.name, "bge-tiny");
    EXPECT_EQ(model.info.max_tokens, 12);
    EXPECT_EQ(model.info.hash, "abc");
    EXPECT_FALSE(model.hash_checked);
    EXPECT_EQ(model.pooling, Pooling::cls);
    EXPECT_EQ(model.query_prefix, "ask: ");
    EXPECT_EQ(model.document_prefix, "tell: ");
    EXPECT_EQ(model.weights.filename(), "w.safetensors");
}

TEST_F(ModelDirTest, RefusesBadCards) {
    for (const auto& [card, why] : std::vector<std::pair<std::string, std::string>>{
             {"[]", "not a JSON object"},
             {R"({"pool": "cls"})", "unknown member \"pool\""},
             {R"({"pooling": "max"})", "\"pooling\" is \"max\""},
             {R"({"maxTokens": 17})", "\"maxTokens\" must be a whole number from 1 to 16"},
             {R"({"maxTokens": 3})", "\"maxTokens\" must be at least 8"},
             {R"({"name": 3})", "\"name\" must be a string"},
             {R"({"weights": "../model.safetensors"})", "\"weights\" must be the name of a file"},
             {R"({"weights": "none.safetensors"})", "No such file"}}) {
        dir_.write("stele-model.json", card);
        expect_refused(why);
    }
}

TEST_F(ModelDirTest, RefusesNetworksThatItCannotCompute) {
    for (const auto& [from, to, why] : std::vector<std::array<std::string, 3>>{
             {"\"bert\"", "\"roberta\"", "\"model_type\" is \"roberta\""},
             {"\"gelu\"", "\"relu\"", "\"hidden_act\" is \"relu\""},
             {"heads\": 3", "heads\": 5", "not a multiple"},
             {"heads\": 3", "heads\": 0", "\"num_attention_heads\""},
             {"\"hidden_size\": 24", "\"hidden_size\": 2e9", "\"hidden_size\""},
             {"\"hidden_size\": 24", "\"hidden_size\": -24", "\"hidden_size\""},
             {"\"vocab_size\": 12", "\"vocab_size\": \"12\"", "\"vocab_size\""},
             {"embeddings\": 16", "embeddings\": 7", "leaves no room"}}) {
        std::string config = TinyBert::config();
        ASSERT_NE(config.find(from), std::string::npos) << from;
        dir_.write("config.json", config.replace(config.find(from), from.size(), to));
        expect_refused(why);
    }
}

TEST_F(ModelDirTest, NamesTheMissingFile) {
    for (const char* name : {"model.safetensors", "tokenizer.json", "config.json"}) {
        TinyBert().write(dir_);
        std::filesystem::remove(dir_.path() / name);
        expect_refused(name);
    }
}

TEST_F(ModelDirTest, WeightsWithTheBuiltInNameMustBeTheBuiltInWeights) {
    const auto real = real_model_dir();
    for (const char* name : {"tokenizer.json", "config.json"})
        std::filesystem::copy_file(real / name, dir_.path() / name,
                                   std::filesystem::copy_options::overwrite_existing);
    dir_.write("model.fp16.safetensors", "short");
    expect_refused("has 5 bytes, not 45441937");
    dir_.write("config.json", TinyBert::config());
    expect_refused("config.json: is not the file that belongs to all-MiniLM-L6-v2");
}

TEST(RealModelDir, IsTheBuiltInModel) {
    const ModelDir model = read_model_dir(real_model_dir());
    EXPECT_EQ(model.info.name, "all-MiniLM-L6-v2");
    EXPECT_EQ(model.info.dimensions, 384);
    EXPECT_EQ(model.info.max_tokens, 256);
    EXPECT_FALSE(model.hash_checked);
    EXPECT_EQ(model.info.hash, File(model.weights).sha256());
}

class FindModelDir : public ::testing::Test {
  protected:
    ~FindModelDir() override {
        for (const auto& [name, value] : saved_)
            value ? ::setenv(name.c_str(), value->c_str(), 1) : ::unsetenv(name.c_str());
    }

    void set(const std::string& name, const std::string& value) {
        const char* old = std::getenv(name.c_str());
        saved_.try_emplace(name, old ? std::optional<std::string>(old) : std::nullopt);
        ::setenv(name.c_str(), value.c_str(), 1);
    }

    std::map<std::string, std::optional<std::string>> saved_;
};

TEST_F(FindModelDir, TheEnvironmentComesFirst) {
    set("STELE_MODEL_DIR", "/nowhere/model");
    EXPECT_EQ(find_model_dir(), "/nowhere/model");  // so that the error names what was asked for
}

TEST_F(FindModelDir, ThenThePrefix) {
    TempDir prefix;
    const auto dir = prefix.path() / "share/stele/models/all-MiniLM-L6-v2";
    std::filesystem::create_directories(dir);
    set("STELE_MODEL_DIR", "");
    set("STELE_PREFIX", prefix.path());
    EXPECT_EQ(find_model_dir(), dir);
}

}  // namespace
}  // namespace stele::embed
