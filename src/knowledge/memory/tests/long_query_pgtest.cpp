// Long questions: a traceback finds its lesson, a question is found wherever it stands in what is
// pasted with it. All texts are generated here.
#include <fmt/format.h>
#include <gmock/gmock-matchers.h>

#include <random>

#include "foundation/base/limits.hpp"
#include "foundation/base/text.hpp"
#include "knowledge/memory/backfill.hpp"
#include "knowledge/memory/operations.hpp"
#include "knowledge/memory/search.hpp"
#include "knowledge/memory/store.hpp"
#include "knowledge/memory/tests/fixture.hpp"
#include "knowledge/retrieval/segment_builder.hpp"
#include "knowledge/vectors/model.hpp"

namespace stele::memory {
namespace {

using ::testing::HasSubstr;

constexpr int kFrames = 25;
constexpr int kDistractors = 300;

const std::vector<std::string> kModules{"billing", "catalog",  "checkout", "courier", "coupons",
                                        "exports", "fraud",    "ledger",   "loyalty", "mailer",
                                        "orders",  "payments", "pricing",  "refunds", "reports",
                                        "returns", "search",   "shipping", "stock",   "taxes"};
const std::vector<std::string> kVerbs{"apply",   "build",  "check",  "commit", "dispatch",
                                      "fetch",   "handle", "load",   "merge",  "post",
                                      "process", "read",   "render", "route",  "send",
                                      "settle",  "submit", "update", "verify", "write"};

class Words {
  public:
    explicit Words(unsigned seed) : random_(seed) {}
    int number(int most) { return int(random_() % unsigned(most)) + 1; }
    const std::string& module() { return kModules[random_() % kModules.size()]; }
    const std::string& verb() { return kVerbs[random_() % kVerbs.size()]; }

  private:
    std::minstd_rand random_;
};

std::string capital(std::string word) {
    word[0] = char(word[0] - 32);
    return word;
}

std::string python(Words& w) {
    std::string out = "Traceback (most recent call last):\n";
    for (int i = 0; i < kFrames; ++i) {
        const std::string module = w.module(), verb = w.verb();
        out += fmt::format(
            "  File \"/srv/shop/app/{0}/{1}_{2}.py\", line {3}, in {1}_{0}\n"
            "    result = self.{4}.{5}_batch(request, retries={2}, timeout=30)\n",
            module, verb, i, w.number(900), w.module(), w.verb());
    }
    return out + "shop.errors.PeriodSealedError: posting into 2024Q3 after it was sealed";
}

std::string java(Words& w) {
    const auto frames = [&](int count) {
        std::string out;
        for (int i = 0; i < count; ++i) {
            const std::string module = w.module(), verb = w.verb();
            out += fmt::format("\tat com.example.shop.{0}.{1}Service.{2}{3}({1}Service.java:{4})\n",
                               module, capital(module), verb, capital(w.module()), w.number(900));
        }
        return out;
    };
    return "com.example.shop.CheckoutFailedException: order could not be placed\n" +
           frames(kFrames) +
           "Caused by: org.postgresql.util.PSQLException: FATAL: remaining connection slots are "
           "reserved for roles with privileges\n" +
           frames(8) + "\t... 17 more\n";
}

std::string dotnet(Words& w) {
    std::string out =
        "System.AggregateException: One or more errors occurred.\n"
        " ---> System.Security.Cryptography.CryptographicException: The payload was protected with "
        "a key ring that expired\n";
    for (int i = 0; i < kFrames; ++i) {
        const std::string module = w.module(), verb = w.verb();
        out += fmt::format(
            "   at Shop.{0}.{0}Handler.{1}Async(Request request, CancellationToken token) in "
            "/src/Shop/{0}/{0}Handler{2}.cs:line {3}\n",
            capital(module), capital(verb), i, w.number(900));
    }
    return out;
}

std::string rust(Words& w) {
    std::string out =
        "thread 'tokio-runtime-worker' panicked at shop/src/rates.rs:88:41:\n"
        "called `Result::unwrap()` on an `Err` value: PoisonError { .. }\nstack backtrace:\n";
    for (int i = 0; i < kFrames; ++i) {
        const std::string module = w.module(), verb = w.verb();
        out += fmt::format(
            "  {}: shop::{}::{}_{}::{{closure}}\n             at ./shop/src/{}/{}.rs:{}:{}\n", i,
            module, verb, w.module(), module, verb, w.number(900), w.number(60));
    }
    return out;
}

std::string go(Words& w) {
    std::string out =
        "panic: runtime error: invalid memory address or nil pointer dereference\n"
        "[signal SIGSEGV: segmentation violation code=0x1 addr=0x18 pc=0x7b3f21]\n\n"
        "goroutine 211 [running]:\n";
    for (int i = 0; i < kFrames; ++i) {
        const std::string module = w.module(), verb = w.verb();
        out += fmt::format(
            "example.com/shop/{0}.(*{1}).{2}{3}(0xc000{4:05x}, 0x{5:x})\n"
            "\t/build/shop/{0}/{6}.go:{7} +0x{5:x}\n",
            module, capital(module), capital(verb), capital(w.module()), w.number(99999),
            w.number(900), verb, w.number(900));
    }
    return out;
}

struct Trace {
    std::string (*make)(Words&);
    std::string lesson, told_by;
};
const std::vector<Trace> kTraces{
    {python,
     "PeriodSealedError: somebody posts after the quarter was closed; the controller "
     "reopens it for an hour",
     "PeriodSealedError"},
    {java,
     "PSQLException about connection slots: the nightly exports hold too many, give them a "
     "pool of their own",
     "PSQLException"},
    {dotnet,
     "CryptographicException with an expired key ring: mount the shared volume, then "
     "restart the web pods one by one",
     "CryptographicException"},
    {rust,
     "PoisonError on unwrap: a worker died while it held the mutex of the rates; find the "
     "first panic, not this one",
     "PoisonError"},
    {go, "nil pointer dereference with SIGSEGV in the planner: the tenant has no calendar yet",
     "SIGSEGV"}};

// Notes about everything that the frames name, and lessons about other errors.
void store_distractors(runtime::Context& context, int count) {
    Words w(5);
    StoreBatchInput batch;
    for (int i = 0; i < count; ++i) {
        const std::string module = w.module(), other = w.module(), verb = w.verb();
        switch (i % 5) {
            case 0:
                batch.memories.push_back(
                    note(fmt::format("The {} service calls {} before {}; see app/{}/{}_{}.py",
                                     module, other, w.module(), module, verb, i)));
                break;
            case 1:
                batch.memories.push_back(
                    note(fmt::format("{}{}Error in {}: retry the request after {} seconds",
                                     capital(verb), capital(module), other, w.number(900))));
                break;
            case 2:
                batch.memories.push_back(note(fmt::format(
                    "{}Service.{} was rewritten in sprint {} because the {} handler timed out",
                    capital(module), verb, i, other)));
                break;
            case 3:
                batch.memories.push_back(
                    note(fmt::format("Line {} of shop/src/{}/{}.rs needs a comment about {}",
                                     w.number(900), module, verb, other)));
                break;
            default:
                batch.memories.push_back(note(
                    fmt::format("An exception of the {} worker at {} o'clock was noise, ticket {}",
                                module, w.number(24), 4000 + i)));
        }
    }
    store_batch(context, batch);
}

void store_lessons(runtime::Context& context) {
    for (const Trace& trace : kTraces) store(context, note(trace.lesson));
}

void expect_lessons_found(World& world) {
    for (unsigned seed = 1; seed <= 4; ++seed)
        for (const Trace& trace : kTraces) {
            Words w(seed);
            SearchInput in = question(trace.make(w));
            ASSERT_LE(in.query.size(), limits::kQueryBytes);
            in.limit = 3;
            runtime::Context context = world.context();
            const ResultsOutput out = search(context, in);
            std::string found;
            for (const Memory& m : out.results) found += m.content + "\n";
            EXPECT_THAT(found, HasSubstr(trace.told_by)) << "seed " << seed;
            EXPECT_THAT(out.message.value_or(""), HasSubstr("different words"));
        }
}

TEST(LongQuery, ATracebackFindsItsLesson) {
    World world;
    runtime::Context context = world.context();
    store_distractors(context, kDistractors);
    store_lessons(context);
    expect_lessons_found(world);
}

TEST(LongQuery, ATracebackFindsItsLessonWithTheModelToo) {
    World world;
    const auto model = embed::make_embedder({});
    world.embedder = model.get();
    runtime::Context context = world.context();
    store_distractors(context, kDistractors);
    store_lessons(context);
    for (std::int64_t done = 1; done > 0;) {  // each batch has a deadline of its own
        runtime::Context batch = world.context();
        done = fill_some(batch);
    }
    expect_lessons_found(world);
}

TEST(LongQuery, ATracebackFindsItsLessonInSegmentsAndBesideThem) {
    for (const bool indexed : {true, false}) {
        World world;
        runtime::Context context = world.context();
        if (indexed) store_lessons(context);
        for (int i = 0; i < 2; ++i) store_distractors(context, 1000);
        StoreBatchInput batch;
        for (int i = 0; i < 1000; ++i)
            batch.memories.push_back(note(fmt::format("common note unique{}x", i)));
        store_batch(context, batch);
        const auto built = retrieval::build_all(context, std::span(&segment_source(), 1));
        ASSERT_GT(built.segments, 0);
        if (!indexed) store_lessons(context);
        expect_lessons_found(world);
    }
}

TEST(LongQuery, AQuestionIsFoundWhereverItStands) {
    World world;
    runtime::Context context = world.context();
    store_distractors(context, kDistractors);
    store(context, note("The vault of project Kingfisher opens with the phrase heron-seven"));
    Words w(9);
    std::string pasted;
    while (pasted.size() < 7500)
        pasted += fmt::format("{} {} {} {} took {} ms; ", w.module(), w.verb(), w.module(),
                              w.number(99999), w.number(99999));
    const std::string asked = "What opens the Kingfisher vault?";
    for (const std::string& text : {asked + " " + pasted, pasted + " " + asked,
                                    pasted.substr(0, 3700) + " " + asked + pasted.substr(3700)}) {
        const ResultsOutput out = search(context, question(text));
        ASSERT_FALSE(out.results.empty());
        EXPECT_THAT(out.results[0].content, HasSubstr("Kingfisher"));
        EXPECT_THAT(out.message.value_or(""), HasSubstr("different words"));
    }
    EXPECT_EQ(search(context, question(asked)).message.value_or("").find("different words"),
              std::string::npos);
}

TEST(LongQuery, TheModelReadsTheBeginningAndTheEnd) {
    EXPECT_EQ(vectors::head_and_tail("short", 10), "short");
    std::string text = "first words";
    while (text.size() < 3000) text += " filler";
    text += " last words";
    const std::string cut = vectors::head_and_tail(text, 200);
    EXPECT_LE(cut.size(), 201u);
    EXPECT_TRUE(cut.starts_with("first words filler"));
    EXPECT_TRUE(cut.ends_with("filler last words"));
    EXPECT_EQ(cut.find("fil "), std::string::npos);  // words stay whole
    std::string dense;
    for (int i = 0; i < 1000; ++i) dense += "猫";
    for (std::size_t bytes = 20; bytes < 26; ++bytes) {
        const std::string some = vectors::head_and_tail(dense, bytes);
        EXPECT_EQ(invalid_utf8_at(some), std::nullopt);
        EXPECT_LE(some.size(), bytes + 1);
    }
}

}  // namespace
}  // namespace stele::memory
