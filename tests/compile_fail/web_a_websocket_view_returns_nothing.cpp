// expect: a view that takes a WebSocket& returns nothing: what it has to say it sends
// control: RETORT_CONTROL
#include "retort/web/web.hpp"
#include "retort/web/websocket.hpp"

int main() {
    retort::App app{"x"};
#ifdef RETORT_CONTROL
    app.get("/echo", [](retort::WebSocket& ws) { ws.send("x"); });
#else
    app.get("/echo", [](retort::WebSocket& ws) { return ws.receive().data; });
#endif
}
