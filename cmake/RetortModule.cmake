# retort_module(NAME [DEPENDS module…] [LINK library…]): one folder of retort/ as the library retort::NAME.
# Its sources are the folder's .cpp files, its headers are public, and it sees what it depends on.
function(retort_module name)
  cmake_parse_arguments(arg "" "" "DEPENDS;LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.hpp)
  if(NOT sources)
    return()
  endif()
  add_library(retort_${name} STATIC ${sources})
  add_library(retort::${name} ALIAS retort_${name})
  set_target_properties(retort_${name} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON
    VERIFY_INTERFACE_HEADER_SETS ON)
  target_compile_features(retort_${name} PUBLIC cxx_std_20)
  target_sources(retort_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${headers})
  target_link_libraries(retort_${name} PRIVATE $<BUILD_INTERFACE:retort_build_flags> ${arg_LINK})
  set_target_properties(retort_${name} PROPERTIES UNITY_BUILD ${RETORT_UNITY} UNITY_BUILD_BATCH_SIZE 0)
  if(RETORT_FUZZERS AND name IN_LIST RETORT_FUZZED)
    target_compile_options(retort_${name} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  if(RETORT_PCH)
    retort_precompile(${name})
  endif()
  foreach(dependency IN LISTS arg_DEPENDS)
    target_link_libraries(retort_${name} PUBLIC retort_${dependency})
  endforeach()
  set_property(GLOBAL APPEND PROPERTY RETORT_MODULES retort_${name})
endfunction()

# The modules in which fuzzers look for new ways, which is a quarter of what a source costs to compile there.
set(RETORT_FUZZED base template fiber http schema dialects web)

# The standard headers that the modules include most, precompiled once (by base, which all of them see) for all of them;
# for those that no fuzzer looks at once more, by sql, because flags must be the same.
function(retort_precompile name)
  set(first base)
  if(RETORT_FUZZERS AND NOT name IN_LIST RETORT_FUZZED)
    set(first sql)
  endif()
  if(NOT name STREQUAL first)
    target_precompile_headers(retort_${name} REUSE_FROM retort_${first})
    return()
  endif()
  target_precompile_headers(retort_${name} PRIVATE
    <algorithm> <array> <atomic> <charconv> <chrono> <cstdint> <cstring> <exception> <functional> <map> <memory> <mutex>
    <optional> <span> <string> <string_view> <unordered_map> <utility> <variant> <vector>)
endfunction()
