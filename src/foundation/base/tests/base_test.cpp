#include <fmt/format.h>
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>
#include <set>

#include "foundation/base/clock.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "foundation/base/json.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/base/redact_json.hpp"
#include "foundation/base/suggest.hpp"
#include "foundation/base/text.hpp"
#include "foundation/base/uuid.hpp"

namespace stele {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Uuid, RoundTripsAndIsOrdered) {
    Uuid previous{};
    std::set<std::string> seen;
    for (int i = 0; i < 10000; ++i) {
        const Uuid id = Uuid::v7();
        EXPECT_LT(previous, id);
        EXPECT_EQ(Uuid::parse(id.text()), id);
        EXPECT_EQ(id.text()[14], '7');
        EXPECT_TRUE(seen.insert(id.text()).second);
        previous = id;
    }
    EXPECT_FALSE(Uuid::parse("01890a5d-ac96-774b-bcce-b302099a805"));
    EXPECT_FALSE(Uuid::parse("01890a5d-ac96-774b-bcce-b302099a805g"));
    EXPECT_FALSE(Uuid::parse("01890a5d0ac96-774b-bcce-b302099a8057"));
}

TEST(Clock, ReadsTheFormsPeopleWrite) {
    EXPECT_EQ(parse_timestamp("1970-01-01T00:00:01Z")->micros, 1'000'000);
    EXPECT_EQ(parse_timestamp("1970-01-01 02:00:00+02:00")->micros, 0);
    EXPECT_EQ(parse_timestamp("1970-01-02")->micros, 86'400'000'000);
    EXPECT_EQ(parse_timestamp("1970-01-01T00:00:00.5Z")->micros, 500'000);
    EXPECT_EQ(to_rfc3339({-1}), "1969-12-31T23:59:59.999999Z");
    for (const char* bad : {"", "yesterday", "2026-13-01", "2026-02-30", "2026-01-01T25:00:00Z",
                            "2026-01-01T00:00:00", "2026-01-01T00:00:00Zx"})
        EXPECT_FALSE(parse_timestamp(bad)) << bad;
}

TEST(Text, FindsTheFirstInvalidByte) {
    EXPECT_FALSE(invalid_utf8_at("plain, grüße, 漢字, 🪨"));
    EXPECT_EQ(invalid_utf8_at("ab\xff"), 2u);
    EXPECT_EQ(invalid_utf8_at("a\xc0\x80"), 1u);         // overlong
    EXPECT_EQ(invalid_utf8_at("\xed\xa0\x80"), 0u);      // surrogate
    EXPECT_EQ(invalid_utf8_at("\xf4\x90\x80\x80"), 0u);  // beyond U+10FFFF
    EXPECT_EQ(invalid_utf8_at("ok\xe2\x82"), 2u);        // cut short
    EXPECT_EQ(excerpt("grüße", 4), "grü…");
    EXPECT_EQ(kebab_case("sourceUri"), "source-uri");
}

TEST(Json, SaysWhereItStops) {
    EXPECT_EQ(parse_json(" {\"a\":1} ", "x").at("a"), 1);
    EXPECT_EQ(parse_json("\xEF\xBB\xBF{\"a\":1}", "x").at("a"), 1);
    for (const char* bad : {"", "{", "{\"a\":}", "[1,]", "{} {}", "nul"})
        EXPECT_THROW(parse_json(bad, "body"), Error) << bad;
    std::string deep(100, '[');
    EXPECT_THROW(parse_json(deep, "body"), Error);
    EXPECT_EQ(pretty(parse_json(R"({"a":[1,{}],"b":"x"})", "x")),
              "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": \"x\"\n}");
}

TEST(Redact, HidesEveryKnownShape) {
    const std::string key = "sk-" + std::string(24, 'a');
    const std::string jwt = "eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl";
    const std::string planted[] = {"postgresql://stele:hunter2secret@db.example/stele",
                                   "password=hunter2secret host=x",
                                   "{\"password\": \"hunter2secret\"}",
                                   "Authorization: Bearer hunter2secret",
                                   "STELE_TOKEN=hunter2secret",
                                   "api_key: hunter2secret",
                                   "PGPASSWORD=hunter2secret",
                                   "client_secret=hunter2secret",
                                   "the passphrase: hunter2secret",
                                   "postgresql://stele:half@hunter2secret@db.example/stele",
                                   "http://h/v1?key=hunter2secret",
                                   "https://h/x?a=b&sig=hunter2secret&c=d"};
    EXPECT_TRUE(is_secret_member("dbPassword", "hunter2secret"));
    EXPECT_TRUE(is_secret_member("password", "swordfish"));
    EXPECT_FALSE(is_secret_member("compass", "hunter2secret"));
    EXPECT_FALSE(is_secret_member("password", "***"));
    for (const std::string& text : planted)
        EXPECT_THAT(redact(text), Not(HasSubstr("hunter2secret"))) << text;
    const std::string tail(32, 'a');
    for (const std::string& shape :
         {key, "sk_live_" + tail, "rk_test_" + tail, "ghp_" + tail, "github_pat_" + tail,
          "glpat-" + tail, "npm_" + tail, "hf_" + tail, "AIza" + tail, "xoxb-" + tail,
          "AKIA" + std::string(16, 'A')})
        EXPECT_EQ(redact("key " + shape + "."), "key ***.");
    EXPECT_EQ(redact("http://h/v1?key=short&monkey=1234567"),
              "http://h/v1?key=short&monkey=1234567");
    EXPECT_THAT(redact(jwt), Not(HasSubstr("eyJzdWIi")));
    const std::string nested =
        redact("-----BEGIN [-----BEGIN PRIVATE KEY-----x-----END y-----] PRIVATE KEY-----");
    EXPECT_EQ(redact(nested), nested);
    EXPECT_THAT(redact("-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----"),
                Not(HasSubstr("MIIabc")));
    for (const char* plain :
         {"make tests pass: cargo test", "compass: north", "passwd: files systemd",
          "next token: identifier", "password: required", "password:\nhunter2secret"})
        EXPECT_EQ(redact(plain), plain);
    EXPECT_EQ(redact("the tokenizer passes keys along"), "the tokenizer passes keys along");
    EXPECT_EQ(redact("passfile=/var/lib/stele/pgpass"), "passfile=/var/lib/stele/pgpass");
    EXPECT_EQ(redact("postgresql://stele@localhost:5432/stele"),
              "postgresql://stele@localhost:5432/stele");
    // Long values must not exhaust the stack.
    EXPECT_EQ(redact("password=" + std::string(1'000'000, 'a')), "password=***");
    remember_secret("Zx81-unguessable");
    EXPECT_EQ(redact("it is Zx81-unguessable!"), "it is ***!");
}

// A tool's text result is JSON text in a JSON string; an export is JSON lines in one.
TEST(Redact, SeesThroughJsonInsideJson) {
    const json::value inner{{"content", R"(login with {"password": "hunter2secret"} now)"}};
    const std::string once = serialize(inner);
    const std::string twice = serialize(json::value(once));
    for (const std::string& text : {once, twice, serialize(json::value(twice))}) {
        const std::string clean = redact(text);
        EXPECT_THAT(clean, Not(HasSubstr("hunter2secret"))) << text;
        EXPECT_THAT(clean, HasSubstr("now")) << text;
        EXPECT_NO_THROW(parse_json(clean, "clean")) << clean;
    }
    EXPECT_EQ(redact(R"(password=back\slash "x")"), R"(password=*** "x")");
    EXPECT_EQ(redact(R"(\"password=hunter2secret\", "x")"), R"(\"password=***\", "x")");
}

TEST(Redact, IsDoneWithLongTextsOfBadIntent) {
    const auto repeated = [](const std::string& part) {
        std::string out;
        while (out.size() < 120'000) out += part;
        return out;
    };
    for (const char* part :
         {"a://b:", "password\\\\", "pass-", "eyJaaaaaaaa-", "eyJaaaaaaaa.eyJ-", "-----BEGIN ",
          "bearer ", "?key=a", "sk-", "token=a,", "a:// ", "a://b:c@", "password:", "ghp_a",
          "sk-a1", "basic a", "--token ", "pass \""})
        EXPECT_EQ(redact(repeated(part)).find("could not be searched"), std::string::npos) << part;
    EXPECT_TRUE(redact(repeated("a://b:")) == repeated("a://b:"));
    const std::string backslashes = "password=" + std::string(1'000'000, '\\');
    EXPECT_EQ(redact(backslashes), "password=***");
}

TEST(Redact, LeavesJsonJson) {
    // The secret ends in what JSON escapes: text redaction would swallow the backslash.
    const json::value value{
        {"content", "say \"password=hunter2secret\" and \"token\": \"abcdefg8\\\""},
        {"list", json::array{"Bearer abcdefgh9jkl"}}};
    const std::string text = serialize_redacted(value);
    EXPECT_THAT(text, Not(HasSubstr("hunter2secret")));
    EXPECT_THAT(text, Not(HasSubstr("abcdefg")));
    EXPECT_TRUE(parse_json(text, "output").is_object());
    EXPECT_EQ(serialize_redacted(json::value{{"a", "plain"}}), R"({"a":"plain"})");
}

TEST(Hash, PartsGiveTheHashOfTheWhole) {
    Sha256 parts;
    for (const char* part : {"a", "", "bc"}) parts.add(part);
    EXPECT_EQ(parts.hex(), sha256_hex("abc"));
    EXPECT_EQ(hex(sha256_raw("abc")), sha256_hex("abc"));
}

TEST(Hash, KnownAnswers) {
    EXPECT_EQ(sha256_hex("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_TRUE(equal_constant_time("token", "token"));
    EXPECT_FALSE(equal_constant_time("token", "tokem"));
    EXPECT_FALSE(equal_constant_time("token", "token2"));
}

TEST(Error, MapsEachCodeOnce) {
    EXPECT_EQ(exit_code_of(Code::invalid_argument), 2);
    EXPECT_EQ(exit_code_of(Code::unavailable), 3);
    EXPECT_EQ(exit_code_of(Code::refused), 4);
    EXPECT_EQ(http_status_of(Code::too_large), 413);
    EXPECT_EQ(name_of(Code::not_found), "not_found");
}

TEST(Suggest, NearWordsOnly) {
    const std::string_view words[] = {"search", "store", "status"};
    EXPECT_EQ(nearest("serch", words), "search");
    EXPECT_EQ(nearest("stat", words), "status");
    EXPECT_EQ(nearest("zzz", words), "");
}

// Numbers of 17 digits, which Boost alone reads as their neighbour in one case of five.
TEST(Json, NumbersAreReadExactly) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 20'000; ++i) {
        const double in_one = double(random() >> 11) / 9007199254740992.0;
        double any = std::bit_cast<double>(random());
        if (!std::isfinite(any)) any = 0.1;
        for (const double number : {in_one, -in_one, any})
            EXPECT_EQ(parse_json(fmt::format("[{:.17g}]", number), "x").at(0).to_number<double>(),
                      number);
    }
    const std::string large = "[284467440000000000000000000000019722164469,-92]";
    const std::string once = serialize(parse_json(large, "x"));
    EXPECT_EQ(serialize(parse_json(once, "x")), once);
    EXPECT_EQ(serialize(parse_json("[0.30000000000000004,1e-7,123456789.12345679]", "x")),
              "[0.30000000000000004,1e-07,123456789.12345679]");
}

TEST(Json, WhatIsTooLargeIsWrittenAsItCanBeRead) {
    const std::string text = serialize(parse_json("[2E288888888,-1e999]", "input"));
    EXPECT_EQ(text, "[1e999,-1e999]");
    EXPECT_EQ(serialize(parse_json(text, "input")), text);
}

TEST(Json, ANegativeZeroStaysOne) {
    const std::string text = serialize(parse_json("[-0.0,0.0]", "input"));
    EXPECT_EQ(text, "[-0.0,0]");
    EXPECT_EQ(serialize(parse_json(text, "input")), text);
}

}  // namespace
}  // namespace stele
