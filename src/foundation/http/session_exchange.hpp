// One request and its answer, while they are on their way.
#pragma once

#include "foundation/http/session.hpp"

namespace stele::http {

struct Session::Exchange {
    Request request;
    Framing framing;
    bool input_unread = false;  // the client may still be sending what nobody will read
    Admission admission;
    Response response;
    bool done = false;  // the worker has filled `response`, and perhaps begun to send it

    // The answer on the wire. `head` is empty until it is composed.
    struct {
        std::string head;
        std::string_view body;
        std::size_t sent = 0;
        bool keep = false;
    } answer;
};

}  // namespace stele::http
