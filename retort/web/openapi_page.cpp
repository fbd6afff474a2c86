// The page that shows an API's description and lets people try it.
#include "retort/web/openapi.hpp"

namespace retort::detail {
namespace {

constexpr std::string_view page_text = R"(<!doctype html>
<html lang=en><meta charset=utf-8><title>API</title>
<style>body{font:15px/1.5 system-ui,sans-serif;margin:2em;max-width:60em}summary{cursor:pointer;font-family:monospace}
details{border:1px solid #ddd;border-radius:4px;padding:.4em .8em;margin:.4em 0}b{display:inline-block;width:5em}
label{display:block;margin:.3em 0}textarea{width:100%;height:8em}pre{background:#f4f4f4;padding:.6em;overflow:auto}</style>
<h1></h1><p></p><main></main>
<script>
const make = (parent, tag, text) => parent.appendChild(Object.assign(document.createElement(tag), {textContent: text ?? ""}));
const sample = s => s.default ?? (s.enum ? s.enum[0] : s.type === "object" ? Object.fromEntries(Object.entries(s.properties ?? {})
  .map(([k, v]) => [k, sample(v)])) : s.type === "array" ? [] : s.type === "integer" || s.type === "number" ? 0
  : s.type === "boolean" ? false : Array.isArray(s.type) ? null : "");
fetch(OPENAPI_PATH).then(r => r.json()).then(api => {
  document.querySelector("h1").textContent = api.info.title + " " + api.info.version;
  document.querySelector("p").textContent = api.info.description ?? "";
  for (const [path, methods] of Object.entries(api.paths)) for (const [method, operation] of Object.entries(methods)) {
    const box = make(document.querySelector("main"), "details"), head = make(box, "summary");
    make(head, "b", method.toUpperCase()); make(head, "span", path + (operation.summary ? " — " + operation.summary : ""));
    if (operation.description) make(box, "p", operation.description);
    const inputs = (operation.parameters ?? []).map(p => {
      const input = make(make(box, "label", p.name + " (" + p.in + ") "), "input");
      return [p, input];
    });
    const content = operation.requestBody?.content, type = content && Object.keys(content)[0];
    const body = type && make(box, "textarea");
    if (body) body.value = JSON.stringify(sample(content[type].schema), null, 2);
    const button = make(box, "button", "Send"), out = make(box, "pre");
    button.onclick = async () => {
      let url = path, query = new URLSearchParams();
      for (const [p, input] of inputs) if (p.in === "path") url = url.replace("{" + p.name + "}", encodeURIComponent(input.value));
        else if (input.value !== "") query.append(p.name, input.value);
      if ([...query].length) url += "?" + query;
      const json = type === "application/json";
      const answer = await fetch(url, {method: method.toUpperCase(), headers: {Accept: "application/json", ...(body ? {"Content-Type": type} : {})},
        body: body ? (json ? body.value : new URLSearchParams(JSON.parse(body.value))) : undefined});
      out.textContent = answer.status + " " + answer.statusText + "\n" + await answer.text();
    };
  }
});
</script>
)";

}  // namespace

std::string openapi_page(const std::string& path) {
    std::string page{page_text};
    constexpr std::string_view place = "OPENAPI_PATH";
    page.replace(page.find(place), place.size(), json(path).dump());
    return page;
}

}  // namespace retort::detail
