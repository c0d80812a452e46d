#include "doors/cli/cli.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "doors/cli/parse.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "foundation/base/redact_json.hpp"
#include "runtime/dispatcher.hpp"

namespace stele::cli {

namespace {

void print(std::FILE* to, const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), to);
    std::fflush(to);
}

// One line that is written over on a terminal; a line now and then where output is kept.
class ProgressLine {
  public:
    explicit ProgressLine(bool wanted) : wanted_(wanted), terminal_(::isatty(STDERR_FILENO) == 1) {}
    ~ProgressLine() { end(); }

    void show(const runtime::Progress& progress) {
        using namespace std::chrono;
        const auto time = steady_clock::now();
        const bool next_stage = progress.message != stage_;
        if (next_stage) {
            stage_ = progress.message;
            started_ = time;
        }
        const bool last = progress.total > 0 && progress.done >= progress.total;
        if (!wanted_ ||
            (!last && !next_stage && time - shown_ < (terminal_ ? milliseconds(100) : seconds(5))))
            return;
        shown_ = time;
        const double seconds_gone = duration<double>(time - started_).count();
        const double rate = seconds_gone > 0 ? progress.done / seconds_gone : 0;
        const auto amount = [&](double n) {
            if (!progress.bytes) return fmt::format("{}", std::int64_t(n));
            return n < 1e6 ? fmt::format("{:.0f} kB", n / 1e3) : fmt::format("{:.1f} MB", n / 1e6);
        };
        std::string line;
        if (progress.total > 0)
            line = fmt::format("{} of {} {}, {}/s", amount(progress.done), amount(progress.total),
                               progress.message, amount(rate));
        else if (progress.done > 0)
            line =
                fmt::format("{} {}, {}/s", amount(progress.done), progress.message, amount(rate));
        else
            line = std::string(progress.message);
        if (rate > 0 && progress.total > progress.done)
            line += fmt::format(", {:.0f} s left", (progress.total - progress.done) / rate);
        print(stderr, terminal_ ? "\r\033[K" + line : line + "\n");
        open_ = terminal_;
    }

    void end() {
        if (open_) print(stderr, "\n");
        open_ = false;
    }

  private:
    const bool wanted_;
    const bool terminal_;
    std::string stage_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point shown_{};
    bool open_ = false;
};

int report(const Error& error, bool as_json) {
    const std::string message = redact(error.what()), hint = redact(error.hint());
    if (as_json) {
        json::object object{{"code", name_of(error.code())}, {"message", message}};
        if (!hint.empty()) object["hint"] = hint;
        if (!error.details().empty()) object["details"] = error.details();
        object["retryable"] = error.retryable();
        print(stdout, pretty(redacted(json::object{{"error", std::move(object)}})) + "\n");
    } else {
        print(stderr, "stele: " + message + "\n" + (hint.empty() ? "" : "  " + hint + "\n"));
    }
    return exit_code_of(error.code());
}

std::string plain(const json::value& value, const std::string& indent) {
    if (value.is_string()) return std::string(value.get_string());
    if (!value.is_object() && !value.is_array()) return serialize(value);
    std::string out;
    if (value.is_array())
        for (const json::value& item : value.get_array())
            out += "\n" + indent + "- " + plain(item, indent + "  ");
    else
        for (const auto& member : value.get_object()) {
            const json::array* list = member.value().if_array();
            if (list && list->empty()) continue;
            out += fmt::format("\n{}{}: {}", indent, std::string_view(member.key()),
                               plain(member.value(), indent + "  "));
        }
    return out;
}

// For operations without a rendering of their own: "name: value" lines.
std::string generic(const json::value& output) {
    std::string text = plain(output, "");
    if (text.starts_with('\n')) text.erase(0, 1);
    return text.empty() ? "" : text + "\n";
}

// The terminal that the output goes to, if it goes to one and the operation has more for it.
std::optional<runtime::Screen> screen_for(const runtime::Operation& op, const Globals& globals) {
    if (globals.json || !op.on_terminal.render || ::isatty(STDOUT_FILENO) != 1) return std::nullopt;
    runtime::Screen out;
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        out.columns = size.ws_col;
    const char *no_color = std::getenv("NO_COLOR"), *term = std::getenv("TERM");
    out.styled = !(no_color && *no_color) && !(term && std::string_view(term) == "dumb");
    return out;
}

json::object input_of(const Parsed& parsed, const std::optional<runtime::Screen>& screen) {
    json::object out = parsed.input;
    if (screen)
        for (const auto& member : parsed.operation->on_terminal.input)
            out.emplace(member.key(), member.value());
    return out;
}

std::string text_of(const runtime::Operation& op, const json::value& output,
                    const std::optional<runtime::Screen>& screen) {
    if (screen) return op.on_terminal.render(output, *screen);
    return op.render ? op.render(output) : generic(output);
}

int execute(runtime::Dispatcher& dispatcher, const Parsed& parsed,
            const MakeContext& make_context) {
    const runtime::Operation& op = *parsed.operation;
    const std::optional<runtime::Screen> screen = screen_for(op, parsed.globals);
    runtime::Context context = make_context(parsed.globals, op);
    ProgressLine line(!parsed.globals.quiet && !parsed.globals.json);
    if (!context.progress) context.progress = [&](const runtime::Progress& p) { line.show(p); };
    const json::value output = dispatcher.call(op, context, input_of(parsed, screen));
    line.end();
    if (parsed.globals.json)
        print(stdout, pretty(output) + "\n");
    else
        print(stdout, text_of(op, output, screen));
    if (const json::object* object = output.if_object())
        if (const json::value* code = object->if_contains("exitCode"))
            return int(code->to_number<std::int64_t>());
    return 0;
}

}  // namespace

int run(const runtime::Registry& registry, runtime::Dispatcher& dispatcher,
        const std::vector<std::string>& args, const MakeContext& make_context) {
    const bool as_json = std::find(args.begin(), args.end(), "--json") != args.end();
    try {
        const Parsed parsed = parse(registry, args);
        if (parsed.help) {
            print(stdout, *parsed.help);
            return 0;
        }
        return execute(dispatcher, parsed, make_context);
    } catch (const Error& error) {
        return report(error, as_json);
    } catch (const std::exception& error) {
        return report(
            Error(Code::internal, error.what(), "this is a fault of Stele: please report it"),
            as_json);
    }
}

}  // namespace stele::cli
