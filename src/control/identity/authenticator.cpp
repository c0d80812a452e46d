#include "control/identity/authenticator.hpp"

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "foundation/base/text.hpp"
#include "runtime/caller/server_credentials.hpp"

namespace stele::identity {

namespace {

using runtime::Judgement;
using runtime::refused;
using std::chrono::system_clock;

constexpr const char* kUnknown =
    "this bearer token is unknown, revoked or over: Authorization: Bearer <token>";

Judgement known(runtime::Caller caller) {
    Judgement out;
    out.kind = Judgement::Kind::known;
    out.caller = std::move(caller);
    return out;
}

Timestamp timestamp_of(system_clock::time_point time) {
    return {std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count()};
}

}  // namespace

class ApiTokenAuthenticator::Settling {
  public:
    Settling(const ApiTokenAuthenticator& owner, const std::string& address)
        : owner_(owner), address_(address) {
        const std::lock_guard lock(owner_.mutex_);
        granted_ = ++owner_.settling_[address_] <= kSettlingOfAddress;
    }
    ~Settling() {
        const std::lock_guard lock(owner_.mutex_);
        if (--owner_.settling_[address_] == 0) owner_.settling_.erase(address_);
    }
    Settling(const Settling&) = delete;
    Settling& operator=(const Settling&) = delete;
    bool granted() const { return granted_; }

  private:
    const ApiTokenAuthenticator& owner_;
    const std::string address_;
    bool granted_ = false;
};

ApiTokenAuthenticator::ApiTokenAuthenticator(Options options)
    : options_(std::move(options)),
      cookie_(options_.proxies),
      cache_(options_.cache, options_.clock) {}

ApiTokenAuthenticator::Presented ApiTokenAuthenticator::presented(const http::Head& head) const {
    using Kind = Presented::Kind;
    if (head.header("authorization")) {
        const std::string_view bearer = runtime::bearer_of(head);
        if (looks_like_token(bearer)) return {Kind::token, bearer};
        return {};
    }
    if (head.header("x-stele-token")) return {};
    const std::string_view cookie = cookie_.value_of(head);
    if (cookie.size() == kSecretLength && is_base62(cookie)) return {Kind::cookie, cookie};
    return {};
}

Judgement ApiTokenAuthenticator::judge(const http::Head& head) const {
    const Presented what = presented(head);
    return what.kind == Presented::Kind::nothing ? options_.others.judge(head) : judge(head, what);
}

Judgement ApiTokenAuthenticator::judge(const http::Head& head, const Presented& what) const {
    const bool is_cookie = what.kind == Presented::Kind::cookie;
    if (is_cookie)
        if (auto refusal = cookie_.refusal(head)) return *refusal;
    if (!is_cookie && !parse_token(what.text))
        return refused("this bearer token is mistyped or cut off", true);
    const auto [state, entry] = cache_.find(sha256_raw(what.text));
    if (state == CredentialCache::State::refused) return refused(kUnknown, true);
    if (state == CredentialCache::State::unknown) {
        Judgement out;
        out.kind = Judgement::Kind::unsettled;
        return out;
    }
    if (entry->caller.expires && *entry->caller.expires <= system_clock::now())
        return refused(kUnknown, true);
    return known(entry->caller);
}

std::optional<Credential> ApiTokenAuthenticator::look_up(const Presented& what) const {
    runtime::Context context = options_.make_context();
    if (what.kind == Presented::Kind::cookie) return find_session(context, what.text);
    const auto parsed = parse_token(what.text);
    auto found = find_token(context, parsed->prefix);
    const std::string hash = sha256_raw(parsed->secret);
    if (!found || !equal_constant_time(found->secret_sha256, hash)) return std::nullopt;
    // A prefix of the other kind has another checksum, and was issued to nobody.
    const bool admin = found->caller.kind == runtime::CallerKind::admin;
    if (admin != (parsed->kind == TokenKind::admin)) return std::nullopt;
    return found;
}

Judgement ApiTokenAuthenticator::settle(const http::Head& head) const {
    const Presented what = presented(head);
    if (what.kind == Presented::Kind::nothing) return options_.others.settle(head);
    Judgement judged = judge(head, what);
    if (judged.kind != Judgement::Kind::unsettled) return judged;
    const Settling settling(*this, head.remote_address);
    if (!settling.granted())
        return refused("too many unknown credentials from this address at once", true, 429);
    const std::string key = sha256_raw(what.text);
    const auto found = look_up(what);
    if (!found) {
        cache_.refuse(key);
        return refused(kUnknown, true);
    }
    runtime::Caller caller = found->caller;
    if (caller.any_tenant) {
        caller.org = options_.home.org;
        caller.project = options_.home.project;
        caller.scope = options_.home.scope;
    }
    if (caller.kind == runtime::CallerKind::admin && caller.instance.empty())
        caller.instance = options_.home.instance;
    if (caller.instance.empty()) caller.instance = caller.principal;
    cache_.keep(key, {caller, found->tenant});
    const std::lock_guard lock(mutex_);
    used_[found->tenant].insert(caller.credential);
    return known(std::move(caller));
}

std::optional<runtime::Cookie> ApiTokenAuthenticator::cookie(const http::Head& head,
                                                             const runtime::Caller& caller,
                                                             system_clock::time_point now) const {
    if (caller.credential == Uuid{}) return options_.others.cookie(head, caller, now);
    std::chrono::seconds good_for = kSession;
    if (caller.expires)
        good_for = std::min(
            good_for, std::chrono::duration_cast<std::chrono::seconds>(*caller.expires - now));
    if (good_for.count() <= 0) throw Error(Code::unauthenticated, "this credential is over");
    const Tenant tenant = caller.any_tenant ? system_tenant() : Tenant{caller.org, caller.project};
    const std::string value = random_secret();
    runtime::Context context = options_.make_context();
    open_session(context, tenant, caller.credential, value, timestamp_of(now + good_for));
    return runtime::Cookie{cookie_.set(head, value, good_for), good_for};
}

void ApiTokenAuthenticator::ends_with(const runtime::Caller& caller,
                                      const std::shared_ptr<http::EventChannel>& stream) const {
    if (caller.credential == Uuid{} && !caller.expires) return;
    const Tenant tenant = caller.any_tenant ? system_tenant() : Tenant{caller.org, caller.project};
    streams_.add(caller, tenant, stream);
    // It may have been revoked between its judgement and now.
    if (caller.credential != Uuid{} && cache_.is_revoked(caller.credential)) stream->close();
}

void ApiTokenAuthenticator::catch_up(runtime::Context& context) {
    const CredentialCache::Time began = options_.clock();
    if (!options_.admin_token.empty() && !kept_admin_token_) {
        keep_admin_token(context, options_.admin_token);
        kept_admin_token_ = true;
        cache_.forget_refusals();
    }
    std::set<Tenant> wanted = cache_.tenants();
    wanted.merge(streams_.tenants());
    std::map<Tenant, Seen> seen;
    for (const Tenant& tenant : wanted) {
        const auto before = seen_.find(tenant);
        seen[tenant] = before == seen_.end() ? Seen{} : before->second;
    }
    if (!seen.empty()) cache_.revoke(revoked_since(context, seen));
    seen_ = std::move(seen);
    cache_.confirmed(began);
    streams_.end(system_clock::now(),
                 [this](const Uuid& credential) { return cache_.is_revoked(credential); });
    std::map<Tenant, std::set<Uuid>> used;
    {
        const std::lock_guard lock(mutex_);
        used.swap(used_);
    }
    for (const auto& [tenant, ids] : used) note_used(context, tenant, {ids.begin(), ids.end()});
}

}  // namespace stele::identity
