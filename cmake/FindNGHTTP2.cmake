# Finds libnghttp2 as NGHTTP2::NGHTTP2; Debian's package brings no CMake file of its own. One that knows of rapid resets and
# endless heads is needed: 1.61, or the distribution's with those mended.
include(FindPackageHandleStandardArgs)
find_path(NGHTTP2_INCLUDE_DIR nghttp2/nghttp2.h)
find_library(NGHTTP2_LIBRARY nghttp2)
if(NGHTTP2_INCLUDE_DIR AND NGHTTP2_LIBRARY)
  file(STRINGS ${NGHTTP2_INCLUDE_DIR}/nghttp2/nghttp2.h NGHTTP2_MENDED REGEX "nghttp2_option_set_max_continuations\\(nghttp2")
endif()
find_package_handle_standard_args(NGHTTP2 REQUIRED_VARS NGHTTP2_LIBRARY NGHTTP2_INCLUDE_DIR NGHTTP2_MENDED)
if(NGHTTP2_FOUND AND NOT TARGET NGHTTP2::NGHTTP2)
  add_library(NGHTTP2::NGHTTP2 UNKNOWN IMPORTED)
  set_target_properties(NGHTTP2::NGHTTP2 PROPERTIES IMPORTED_LOCATION ${NGHTTP2_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${NGHTTP2_INCLUDE_DIR})
endif()
mark_as_advanced(NGHTTP2_INCLUDE_DIR NGHTTP2_LIBRARY)
