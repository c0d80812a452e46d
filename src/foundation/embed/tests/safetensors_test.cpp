#include "foundation/embed/safetensors.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "foundation/base/error.hpp"
#include "safetensors_bytes.hpp"
#include "temp_dir.hpp"

namespace stele::embed {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SafetensorsTest : public ::testing::Test {
  protected:
    Safetensors open(const std::string& bytes) {
        return Safetensors(File(dir_.write("model.safetensors", bytes)));
    }

    void expect_refused(const std::string& bytes, const std::string& why) {
        try {
            open(bytes);
            FAIL() << "accepted, should say: " << why;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::configuration);
            EXPECT_THAT(error.what(), HasSubstr("model.safetensors"));
            EXPECT_THAT(error.what(), HasSubstr(why));
            EXPECT_THAT(error.hint(), HasSubstr("./script/fetch-model"));
        }
    }

    TempDir dir_;
};

const std::string kTwoFloats = R"({"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
const std::string kEightBytes(8, '\0');

TEST_F(SafetensorsTest, ReadsBothTypes) {
    const auto bytes = SafetensorsBytes()
                           .f16("half", {5}, {0x3c00, 0xc000, 0x3555, 0x0001, 0xfbff})
                           .f32("single", {2, 2}, {1.5f, -2.0f, 3e-20f, 4.0f})
                           .bytes();
    const Safetensors file = open(bytes);
    EXPECT_THAT(file.read(file.require("half", {5})),
                ElementsAre(1.0f, -2.0f, 0.333251953125f, 0x1p-24f, -65504.0f));
    const Tensor& single = file.require("single", {2, 2});
    EXPECT_THAT(file.read(single), ElementsAre(1.5f, -2.0f, 3e-20f, 4.0f));
    std::vector<float> row(2);
    file.read(single, 2, row);
    EXPECT_THAT(row, ElementsAre(3e-20f, 4.0f));
}

TEST_F(SafetensorsTest, NamesWhatIsMissing) {
    const auto bytes = SafetensorsBytes()
                           .f32("weights", {2}, {1, 2})
                           .add("ids", "I64", {1}, kEightBytes.data(), 8)
                           .bytes();
    const Safetensors file = open(bytes);
    EXPECT_TRUE(file.contains("weights"));
    EXPECT_FALSE(file.contains("bias"));
    EXPECT_THROW(file.require("bias", {2}), Error);
    EXPECT_THROW(file.require("weights", {1, 2}), Error);
    EXPECT_THROW(file.require("ids", {1}), Error);
}

TEST_F(SafetensorsTest, RefusesHeadersThatLie) {
    const auto header = [](const std::string& shape, const std::string& offsets) {
        return with_header(
            R"({"t":{"dtype":"F32","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}",
            kEightBytes);
    };
    open(header("[2]", "[0,8]"));
    for (const auto& [shape, offsets] : std::vector<std::pair<std::string, std::string>>{
             {"[2]", "[0,16]"},
             {"[2]", "[8,0]"},
             {"[2]", "[4,12]"},
             {"[3]", "[0,8]"},
             {"[2]", "[0]"},
             {"[2]", "[0,8,8]"},
             {"[2]", "[-8,0]"},
             {"[2]", "[0.0,8.0]"},
             {"[2]", "\"0,8\""},
             {"[-2]", "[0,8]"},
             {"2", "[0,8]"},
             {"[1,1,1,1,1,1,1,1,2]", "[0,8]"},
             {"[4611686018427387904,4]", "[0,0]"},  // 2^62 · 4 · 4 bytes wraps around to 0
             {"[2]", "[18446744073709551608,18446744073709551616]"}})
        expect_refused(header(shape, offsets), "tensor t");
    expect_refused(
        with_header(R"({"t":{"dtype":"F8","shape":[8],"data_offsets":[0,8]}})", kEightBytes),
        "tensor t");
    expect_refused(with_header(R"({"t":7})", kEightBytes), "tensor t");
    expect_refused(with_header("[]", kEightBytes), "not a JSON object");
    expect_refused(with_header("{\"t\":", kEightBytes), "not a JSON object");
    expect_refused(with_header(std::string(100'000, '['), kEightBytes), "not a JSON object");
}

TEST_F(SafetensorsTest, RefusesEveryTruncation) {
    const std::string whole = with_header(kTwoFloats, kEightBytes);
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_THROW(open(whole.substr(0, size)), Error) << size;
}

TEST_F(SafetensorsTest, RefusesWildHeaderSizes) {
    for (const std::uint64_t size :
         {std::uint64_t{1} << 20, std::uint64_t{1} << 40, std::numeric_limits<std::uint64_t>::max(),
          std::numeric_limits<std::uint64_t>::max() - 7}) {
        std::string bytes = with_header(kTwoFloats, kEightBytes);
        std::memcpy(bytes.data(), &size, sizeof size);
        expect_refused(bytes, "its header claims");
    }
}

// Whatever the bytes are: an Error, or tensors that can be read.
TEST_F(SafetensorsTest, SurvivesFlippedBytes) {
    const std::string whole =
        SafetensorsBytes().f32("a", {2}, {1, 2}).f16("b", {2, 2}, {1, 2, 3, 4}).bytes();
    std::minstd_rand random(7);
    int accepted = 0;
    for (int round = 0; round < 3000; ++round) {
        std::string bytes = whole;
        for (int flips = static_cast<int>(random() % 3) + 1; flips > 0; --flips)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        try {
            const Safetensors file = open(bytes);
            if (file.contains("a")) file.read(file.require("a", {2}));
            if (file.contains("b")) file.read(file.require("b", {2, 2}));
            ++accepted;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::configuration);
        }
    }
    EXPECT_GT(accepted, 100);  // flips in the data are not errors
}

TEST_F(SafetensorsTest, NoticesAFileThatShrinksWhileItIsOpen) {
    const Safetensors file = open(with_header(kTwoFloats, kEightBytes));
    std::filesystem::resize_file(file.file().path(), file.file().size() - 1);
    EXPECT_THROW(file.read(file.require("t", {2})), Error);
}

}  // namespace
}  // namespace stele::embed
