#include "foundation/base/reflect.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/base/error.hpp"
#include "foundation/base/json_schema.hpp"
#include "foundation/base/limits.hpp"

namespace stele::reflect {

enum class Colour { red, green };
template <>
struct EnumNames<Colour> {
    static constexpr std::array<std::pair<Colour, std::string_view>, 2> values{
        {{Colour::red, "red"}, {Colour::green, "green"}}};
};

namespace {

using testing::HasSubstr;
using testing::Not;

struct Inner {
    std::string word;
    static auto describe() {
        return fields(field("word", &Inner::word, "A word").required().max_bytes(8));
    }
};

struct Sample {
    std::string query;
    int limit = 10;
    double ratio = 0.5;
    std::optional<std::string> category;
    std::vector<std::string> tags;
    std::optional<Timestamp> since;
    Colour colour = Colour::red;
    std::optional<Inner> inner;
    json::object metadata;
    std::optional<std::string> id;

    template <class S = Sample>
    static auto describe() {
        return fields(field("query", &S::query, "What to look for").required(),
                      field("limit", &S::limit, "How many").clamp(1, 100),
                      field("ratio", &S::ratio, "A share").range(0, 1),
                      field("category", &S::category, "A category"),
                      field("tags", &S::tags, "Tags").max_items(2).max_bytes(4),
                      field("since", &S::since, "From when"),
                      field("colour", &S::colour, "A colour"),
                      field("inner", &S::inner, "Something inside"),
                      field("metadata", &S::metadata, "Anything").max_bytes(32),
                      field("id", &S::id, "An id").format("uuid"));
    }
};

Sample parse(std::string_view text) {
    return read<Sample>(parse_json(text, "input"));
}

std::string complaint(std::string_view text) {
    try {
        parse(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::invalid_argument);
        return error.what();
    }
    return "accepted";
}

TEST(Reflect, FillsDefaultsAndReadsEveryKind) {
    const Sample s = parse(R"({"query":"q","limit":20.0,"tags":["a","b"],"colour":"green",
        "since":"2026-01-02T03:04:05Z","inner":{"word":"w"},"metadata":{"k":[1]}})");
    EXPECT_EQ(s.query, "q");
    EXPECT_EQ(s.limit, 20);
    EXPECT_EQ(s.ratio, 0.5);
    EXPECT_FALSE(s.category);
    EXPECT_EQ(s.tags, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(s.colour, Colour::green);
    EXPECT_EQ(to_rfc3339(*s.since), "2026-01-02T03:04:05.000000Z");
    EXPECT_EQ(s.inner->word, "w");
    EXPECT_TRUE(s.metadata.at("k").is_array());
}

TEST(Reflect, WritesWhatItReads) {
    const char* text =
        R"({"query":"q","limit":3,"ratio":1,"category":"c","tags":["t"],)"
        R"("since":"2026-01-02T03:04:05.000000Z","colour":"red","inner":{"word":"w"},)"
        R"("metadata":{}})";
    EXPECT_EQ(serialize(write(parse(text))), text);
}

TEST(Reflect, ClampsOnlyUpwardsFromZero) {
    EXPECT_EQ(parse(R"({"query":"q","limit":100000})").limit, 100);
    EXPECT_EQ(parse(R"({"query":"q","limit":0})").limit, 1);
    EXPECT_THAT(complaint(R"({"query":"q","limit":-1})"), HasSubstr("limit: must be between 1"));
    EXPECT_THAT(complaint(R"({"query":"q","limit":1e999})"), HasSubstr("limit"));
    EXPECT_THAT(complaint(R"({"query":"q","ratio":1.5})"), HasSubstr("ratio: must be between 0"));
    EXPECT_THAT(complaint(R"({"query":"q","limit":2.5})"), HasSubstr("whole number"));
}

TEST(Reflect, NamesEveryProblemAtOnce) {
    const std::string message = complaint(R"({"limit":"ten","categry":"x","inner":{"word":1}})");
    EXPECT_THAT(message, HasSubstr("query: is required"));
    EXPECT_THAT(message, HasSubstr("limit: expected an integer, got a string"));
    EXPECT_THAT(message,
                HasSubstr("categry: is not a field of this input; did you mean \"category\"?"));
    EXPECT_THAT(message, HasSubstr("inner.word: expected a string, got an integer"));
}

TEST(Reflect, RefusesTextThatPostgresCannotHold) {
    EXPECT_THAT(complaint(R"({"query":"a\u0000b"})"), HasSubstr("NUL character at byte 1"));
    EXPECT_THAT(complaint("{\"query\":\"a\xff\"}"), HasSubstr("not valid JSON"));
    for (const char* half :
         {R"({"query":"\ud83d"})", R"({"query":"\ud83dabc"})", R"({"query":"\ude00"})",
          R"({"query":"\uD83D\u0041"})", R"({"query":"\\\ud83d\n"})"})
        EXPECT_THAT(complaint(half), HasSubstr("surrogate")) << half;
    EXPECT_THAT(complaint("{\"query\":\"\\\\ud83d\n\"}"), Not(HasSubstr("surrogate")));
    EXPECT_THAT(complaint(R"({"query":""})"), HasSubstr("query: must not be empty"));
    EXPECT_THAT(complaint(R"({"query":"q","tags":["12345"]})"), HasSubstr("tags[0]: is 5 bytes"));
    EXPECT_THAT(complaint(R"({"query":"q","tags":["1","2","3"]})"), HasSubstr("tags: has 3 items"));
    EXPECT_THAT(complaint(R"({"query":"q","id":"not-a-uuid"})"), HasSubstr("id: expected a UUID"));
    EXPECT_THAT(complaint(R"({"query":"q","colour":"gren"})"),
                HasSubstr("did you mean \"green\"?"));
    EXPECT_THAT(complaint(R"({"query":"q","metadata":{"k":"0123456789012345678901234567"}})"),
                HasSubstr("metadata: is"));
    EXPECT_THAT(complaint(R"([1])"), HasSubstr("expected an object, got an array"));
}

struct Anything {
    json::value output;
    std::vector<json::value> list;
    json::object object;
    static auto describe() {
        using S = Anything;
        return fields(field("output", &S::output, "Any JSON").max_bytes(40),
                      field("list", &S::list, "More of it").max_bytes(40),
                      field("object", &S::object, "An object"));
    }
};
struct Items {
    std::vector<Anything> jobs;
    static auto describe() { return fields(field("jobs", &Items::jobs, "Items")); }
};

std::string refusal(const json::value& input) {
    try {
        read<Items>(input);
    } catch (const Error& error) {
        return error.what();
    }
    return "accepted";
}

TEST(Reflect, BoundsJsonOfAnyShape) {
    const auto of = [](const char* name, json::value value) {
        json::array jobs{json::object{}, json::object{{name, std::move(value)}}};
        return refusal(json::object{{"jobs", std::move(jobs)}});
    };
    const json::string nul(std::string_view("a\0b", 3));
    for (const char* name : {"output", "object"}) {
        const std::string path = std::string("jobs[1].") + name + ": ";
        EXPECT_EQ(of(name, json::object{{"k", nul}}), path + "contains a NUL character");
        EXPECT_EQ(of(name, json::object{{nul, 1}}), path + "contains a NUL character");
        EXPECT_EQ(of(name, json::object{{"k", json::array{parse_json("1e999", "x")}}}),
                  path + "holds a number that is out of range");
        // The legal text, a backslash before "u0000", is no NUL.
        EXPECT_EQ(of(name, json::object{{"k", "\\u0000"}}), "accepted");
        json::value deep = 1;
        for (std::size_t i = 0; i < limits::kJsonDepth - 1; ++i) deep = json::array{deep};
        EXPECT_EQ(of("object", json::object{{"k", deep}}), "accepted");
        EXPECT_EQ(of("object", json::object{{"k", json::array{deep}}}),
                  "jobs[1].object: is nested more than 32 levels deep");
    }
    EXPECT_EQ(of("output", nul), "jobs[1].output: contains a NUL character");
    EXPECT_EQ(of("output", json::string(38, 'x')), "accepted");
    EXPECT_EQ(of("output", json::string(39, 'x')),
              "jobs[1].output: is 41 bytes long as JSON; at most 40 are allowed");
    EXPECT_EQ(of("list", json::array{1, nul}), "jobs[1].list[1]: contains a NUL character");
    EXPECT_EQ(of("list", json::array{json::string(39, 'x')}),
              "jobs[1].list[0]: is 41 bytes long as JSON; at most 40 are allowed");
    // Without a bound of its own a field has the general one.
    EXPECT_THAT(of("object", json::object{{"k", json::string(64 * 1024, 'x')}}),
                HasSubstr("at most 65536 are allowed"));
}

TEST(JsonSchema, ShowsRulesAndClosesInputs) {
    const json::object schema = json_schema(shape_of<Sample>(), true);
    const auto& properties = schema.at("properties").as_object();
    EXPECT_EQ(schema.at("required"), json::value({"query"}));
    EXPECT_EQ(schema.at("additionalProperties"), false);
    EXPECT_EQ(properties.at("limit").at("minimum"), 1);
    EXPECT_EQ(properties.at("limit").at("default"), 10);
    EXPECT_EQ(properties.at("colour").at("enum"), json::value({"red", "green"}));
    EXPECT_EQ(properties.at("since").at("format"), "date-time");
    EXPECT_EQ(properties.at("inner").at("properties").at("word").at("type"), "string");
    EXPECT_EQ(shape_of<Sample>().name, "Sample");
}

// maxLength counts characters: four bytes of UTF-8 each would pass it and be refused.
TEST(JsonSchema, BoundsInBytesAreSaidInWords) {
    for (const FieldInfo& field : shape_of<Sample>().fields) {
        EXPECT_FALSE(field_schema(field, true).contains("maxLength")) << field.name;
        EXPECT_FALSE(field_schema(field, false).contains("maxLength")) << field.name;
        const std::string said(field_schema(field, true).at("description").as_string());
        const bool text = field.shape->kind == Kind::string;
        const std::string bound = " (at most " + std::to_string(field.rules.max_bytes) + " bytes)";
        EXPECT_EQ(said.ends_with(bound), text && field.rules.format.empty()) << said;
        EXPECT_EQ(std::string_view(field_schema(field, false).at("description").as_string()),
                  field.doc);
    }
}

TEST(JsonSchema, AnObjectOfAnyMembersSaysSo) {
    const json::object schema = json_schema(shape_of<json::object>(), true);
    EXPECT_EQ(schema.at("additionalProperties"), true);
}

TEST(JsonSchema, AFieldHasItsBoundsAndItsDefault) {
    for (const FieldInfo& field : shape_of<Sample>().fields)
        if (field.name == "limit") {
            EXPECT_EQ(field_schema(field, true).at("minimum"), 1);
            EXPECT_EQ(field_schema(field, true).at("default"), 10);
            EXPECT_FALSE(field_schema(field, false).contains("default")) << "an output's";
        }
}

}  // namespace
}  // namespace stele::reflect
