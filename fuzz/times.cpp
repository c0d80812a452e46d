// Cron expressions and the other ways to say when.
#include "fuzz.hpp"
#include "work/jobs/schedules/schedule_time.hpp"

using namespace stele;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(fuzz::text_of(data, size));
    parse_timestamp(text);
    fuzz::accepts([&] {
        const jobs::Cron cron = jobs::Cron::parse(text);
        jobs::WallMinute at{std::chrono::minutes(29'000'000)};
        for (int i = 0; i < 3; ++i) {
            const jobs::WallMinute next = cron.after(at);
            fuzz::require(next > at, "time goes on");
            fuzz::require(cron.not_after(next) == next, "a time of the expression is one");
            at = next;
        }
    });
    fuzz::accepts([&] {
        const jobs::When when = jobs::parse_when(json::value(text));
        const jobs::When again = jobs::parse_when(when.kind, when.expression);
        fuzz::require(again.every == when.every && again.at == when.at,
                      "it is kept as it was read");
    });
    json::value object;
    if (fuzz::accepts([&] { object = parse_json(text, "input"); }))
        fuzz::accepts([&] { jobs::parse_when(object); });
    return 0;
}
