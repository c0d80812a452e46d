#include "doors/mcp/arguments.hpp"

#include "testing.hpp"

namespace stele::mcp {
namespace {

using namespace testing;

struct Part {
    int count = 0;
    std::string text;
    template <class S = Part>
    static auto describe() {
        return reflect::fields(reflect::field("count", &S::count, "How many"),
                               reflect::field("text", &S::text, "A text"));
    }
};

struct Arguments {
    std::string text;
    bool flag = false;
    std::optional<std::int64_t> number;
    double share = 0;
    std::vector<std::string> tags;
    std::vector<int> sizes;
    json::object metadata;
    json::value anything;
    std::vector<Part> parts;
    template <class S = Arguments>
    static auto describe() {
        using reflect::field;
        return reflect::fields(
            field("text", &S::text, "A text"), field("flag", &S::flag, "A flag"),
            field("number", &S::number, "A number"), field("share", &S::share, "A share"),
            field("tags", &S::tags, "Tags"), field("sizes", &S::sizes, "Sizes"),
            field("metadata", &S::metadata, "An object"),
            field("anything", &S::anything, "Anything"), field("parts", &S::parts, "Parts"));
    }
};

std::string read(std::string_view text) {
    return serialize(unquoted(reflect::shape_of<Arguments>(), parsed(text).as_object()));
}

TEST(Arguments, TextsBecomeWhatIsWanted) {
    EXPECT_EQ(read(R"({"flag":"true","number":" 3","share":"0.5"})"),
              R"({"flag":true,"number":3,"share":0.5})");
    EXPECT_EQ(read(R"({"tags":"[\"a\",\"3\"]","sizes":["1",2],"metadata":"{\"a\":\"1\"}"})"),
              R"({"tags":["a","3"],"sizes":[1,2],"metadata":{"a":"1"}})");
    EXPECT_EQ(read(R"({"parts":"[{\"count\":\"2\",\"text\":\"3\"},\"{}\"]"})"),
              R"({"parts":[{"count":2,"text":"3"},{}]})");
}

TEST(Arguments, ATextStaysWhereItMayBeMeant) {
    for (const char* same :
         {R"({"text":"3","anything":"{\"a\":1}"})", R"({"text":"true"})",
          R"({"tags":["[\"a\"]","3"]})", R"({"metadata":{"flag":"true","number":"3"}})",
          R"({"unknown":"3"})",
          // Not what is wanted, or nothing that could be: the operation refuses it.
          R"({"flag":"yes","number":"three","tags":"a,b","metadata":"[1]","sizes":"1"})",
          R"({"flag":"1","number":"","tags":"[\"a\"","metadata":"null"})"})
        EXPECT_EQ(read(same), same);
}

TEST(Arguments, HowDeepATextMayGoIsBounded) {
    const std::string deep = std::string(40, '[') + std::string(40, ']');
    const std::string same = R"({"tags":")" + deep + "\"}";
    EXPECT_EQ(read(same), same);
}

}  // namespace
}  // namespace stele::mcp
