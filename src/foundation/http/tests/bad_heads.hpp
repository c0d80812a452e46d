// Requests that must be refused, each with the status of the refusal: tested as text and over a
// socket, and the seeds of the fuzzer.
#pragma once

#include <string>
#include <vector>

namespace stele::http::test {

using namespace std::string_literals;

struct BadHead {
    const char* name;
    int status;
    std::string bytes;
};

// A head with these lines in it.
inline std::string with(const std::string& lines) {
    return "POST /x HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
}

// A head with this target.
inline std::string target(const std::string& text) {
    return "GET " + text + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

inline const std::vector<BadHead> kBadHeads{
    // Transfer-Encoding: anything that two readers might read differently
    {"te_identity", 400, with("Transfer-Encoding: identity\r\n")},
    {"te_chunked_identity", 400, with("Transfer-Encoding: chunked, identity\r\n")},
    {"te_gzip", 400, with("Transfer-Encoding: gzip\r\n")},
    {"te_gzip_chunked", 400, with("Transfer-Encoding: gzip, chunked\r\n")},
    {"te_chunked_twice_in_list", 400, with("Transfer-Encoding: chunked, chunked\r\n")},
    {"te_xchunked", 400, with("Transfer-Encoding: xchunked\r\n")},
    {"te_capital", 400, with("Transfer-Encoding: Chunked\r\n")},
    {"te_quoted", 400, with("Transfer-Encoding: \"chunked\"\r\n")},
    {"te_parameter", 400, with("Transfer-Encoding: chunked;q=1\r\n")},
    {"te_empty", 400, with("Transfer-Encoding:\r\n")},
    {"te_comma", 400, with("Transfer-Encoding: ,chunked\r\n")},
    {"te_vertical_tab", 400,
     with("Transfer-Encoding: \x0b"
          "chunked\r\n")},
    {"te_twice", 400, with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")},
    {"te_twice_differently", 400, with("Transfer-Encoding: chunked\r\nTransfer-encoding: x\r\n")},
    {"te_and_length", 400, with("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n")},
    {"length_and_te", 400, with("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n")},
    {"xchunked_and_length", 400, with("Transfer-Encoding: xchunked\r\nContent-Length: 3\r\n")},
    {"te_on_1_0", 400, "POST /x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {"te_blank_before_colon", 400, with("Transfer-Encoding : chunked\r\n")},
    {"te_folded", 400, with("Transfer-Encoding:\r\n chunked\r\n")},
    // Content-Length
    {"length_twice", 400, with("Content-Length: 3\r\nContent-Length: 4\r\n")},
    {"length_twice_the_same", 400, with("Content-Length: 3\r\nContent-Length: 3\r\n")},
    {"length_list", 400, with("Content-Length: 3, 3\r\n")},
    {"length_plus", 400, with("Content-Length: +3\r\n")},
    {"length_minus", 400, with("Content-Length: -3\r\n")},
    {"length_hex", 400, with("Content-Length: 0x3\r\n")},
    {"length_fraction", 400, with("Content-Length: 3.0\r\n")},
    {"length_inner_blank", 400, with("Content-Length: 3 4\r\n")},
    {"length_empty", 400, with("Content-Length:\r\n")},
    {"length_overflow", 400, with("Content-Length: 18446744073709551616\r\n")},
    {"length_blank_before_colon", 400, with("Content-Length : 3\r\n")},
    {"length_tab_before_colon", 400, with("Content-Length\t: 3\r\n")},
    // Lines
    {"fold_blank", 400, with("X: a\r\n b\r\n")},
    {"fold_tab", 400, with("X: a\r\n\tb\r\n")},
    {"fold_first", 400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"},
    {"fold_looks_like_a_header", 400, with("X: a\r\n Content-Length: 3\r\n")},
    {"bare_lf_line", 400, with("X: a\nContent-Length: 3\r\n")},
    {"bare_lf_everywhere", 400, "GET / HTTP/1.1\nHost: a\n\n"},
    {"bare_lf_end", 400, "GET / HTTP/1.1\r\nHost: a\r\n\n"},
    {"bare_lf_after_start", 400, "GET / HTTP/1.1\nHost: a\r\n\r\n"},
    {"bare_cr_in_value", 400, with("X: a\rContent-Length: 3\r\n")},
    {"bare_cr_at_end", 400, with("X: a\r\r\n")},
    {"bare_cr_in_name", 400, with("X\r: a\r\n")},
    {"bare_cr_line", 400, with("\rX: a\r\n")},
    {"bare_cr_in_start", 400, "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"nul_in_value", 400, with("X: a\0b\r\n"s)},
    {"nul_in_name", 400, with("X\0: a\r\n"s)},
    {"nul_in_target", 400, target("/a\0b"s)},
    {"control_in_value", 400,
     with("X: a\x01"
          "b\r\n")},
    {"delete_in_value", 400, with("X: a\x7f\r\n")},
    {"no_colon", 400, with("Nonsense\r\n")},
    {"empty_name", 400, with(": a\r\n")},
    {"blank_in_name", 400, with("X Y: a\r\n")},
    {"name_in_quotes", 400, with("\"X\": a\r\n")},
    {"name_not_ascii", 400, with("X\xc3\xbc: a\r\n")},
    {"line_before_request", 400, "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"connection_not_a_list", 400, with("Connection: close; now\r\n")},
    // Host and the other fields that must be single
    {"no_host", 400, "GET / HTTP/1.1\r\n\r\n"},
    {"host_twice", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
    {"host_twice_the_same", 400, "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"},
    {"host_twice_on_1_0", 400, "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"},
    {"host_empty", 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
    {"host_blank", 400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
    {"host_list", 400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"},
    {"host_path", 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
    {"host_user", 400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"},
    {"host_bad_port", 400, "GET / HTTP/1.1\r\nHost: a:8o\r\n\r\n"},
    {"host_open_bracket", 400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"},
    {"authorization_twice", 400, with("Authorization: Bearer a\r\nauthorization: Bearer b\r\n")},
    {"cookie_twice", 400, with("Cookie: a=b\r\nCookie: c=d\r\n")},
    {"org_twice", 400, with("X-Stele-Org: a\r\nHello: x\r\nx-stele-org: b\r\n")},
    {"any_of_ours_twice", 400, with("X-Stele-New: a\r\nX-STELE-NEW: a\r\n")},
    {"forwarded_proto_twice", 400, with("X-Forwarded-Proto: https\r\nX-Forwarded-Proto: http\r\n")},
    {"session_twice", 400, with("Mcp-Session-Id: a\r\nmcp-session-id: b\r\n")},
    {"type_twice", 400, with("Content-Type: text/plain\r\nContent-Type: text/html\r\n")},
    {"expectation", 417, with("Expect: the-unexpected\r\n")},
    // Request line
    {"lower_case_method", 400, "get / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"mixed_case_method", 400, "GeT / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"method_with_colon", 400, "GE:T / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"long_method", 400, std::string(33, 'A') + " / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"no_target", 400, "GET HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"two_blanks", 400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"blank_in_target", 400, "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"blank_at_end", 400, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"},
    {"tab_separated", 400, "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n"},
    {"http_0_9", 400, "GET /\r\n\r\n"},
    {"http_1_2", 505, "GET / HTTP/1.2\r\nHost: a\r\n\r\n"},
    {"http_2", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
    {"http_lower_case", 400, "GET / http/1.1\r\nHost: a\r\n\r\n"},
    {"http_long_version", 400, "GET / HTTP/1.10\r\nHost: a\r\n\r\n"},
    {"http_no_version", 400, "GET / HTTP/\r\nHost: a\r\n\r\n"},
    {"connect", 501, "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n"},
    {"not_http", 400, "\x16\x03\x01\x02"},
    // Target
    {"percent_alone", 400, target("/a%")},
    {"percent_one_digit", 400, target("/a%2")},
    {"percent_not_hex", 400, target("/a%zz")},
    {"percent_nul", 400, target("/a%00b")},
    {"query_percent", 400, target("/a?b=%4")},
    {"query_nul", 400, target("/a?b=%00")},
    {"fragment", 400, target("/a#b")},
    {"relative", 400, target("a")},
    {"star_get", 400, target("*")},
    {"absolute_other_host", 400, target("http://b/x")},
    {"absolute_other_port", 400, target("http://a:81/x")},
    {"absolute_user", 400, target("http://u@a/x")},
    {"absolute_no_host", 400, target("http:///x")},
    {"absolute_one_slash", 400, target("http:/a/x")},
    {"absolute_other_scheme", 400, target("ftp://a/x")},
    {"absolute_file", 400, target("file:///etc/passwd")},
    {"absolute_backslash", 400, target("http://a\\x")},
    {"absolute_1_0_no_host", 400, "GET http://a/x HTTP/1.0\r\n\r\n"},
};

}  // namespace stele::http::test
