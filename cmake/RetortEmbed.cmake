# Writes the files of an application's folders as C++, when its program is built: cmake -DOUTPUT=… -DROOT=… -DFILES=… -P.
set(text "// Files of the application, written by retort_app.\n#include \"retort/web/embedded.hpp\"\n\nnamespace {\n")
set(table "")
set(number 0)
foreach(name IN LISTS FILES)
  file(READ "${ROOT}/${name}" bytes HEX)
  file(SIZE "${ROOT}/${name}" size)
  string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${bytes}")
  string(REGEX REPLACE "(................................................................................)" "\\1\"\n    \"" bytes
    "${bytes}")
  string(APPEND text "const char file_${number}[] =\n    \"${bytes}\";\n")
  string(APPEND table "    {\"${name}\", {file_${number}, ${size}}},\n")
  math(EXPR number "${number} + 1")
endforeach()
string(APPEND text "const retort::templates::EmbeddedFile files[] = {\n${table}};\n"
  "const retort::EmbeddedFiles enrolled(files, ${number});\n}  // namespace\n")
file(WRITE "${OUTPUT}" "${text}")
