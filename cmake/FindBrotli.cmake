# Finds Google's brotli as Brotli::Encoder and Brotli::Decoder; Debian's package brings no CMake file of its own.
include(FindPackageHandleStandardArgs)
find_path(Brotli_INCLUDE_DIR brotli/encode.h)
find_library(Brotli_common_LIBRARY brotlicommon)
find_library(Brotli_encoder_LIBRARY brotlienc)
find_library(Brotli_decoder_LIBRARY brotlidec)
find_package_handle_standard_args(Brotli REQUIRED_VARS
  Brotli_encoder_LIBRARY Brotli_decoder_LIBRARY Brotli_common_LIBRARY Brotli_INCLUDE_DIR)
if(Brotli_FOUND AND NOT TARGET Brotli::Encoder)
  foreach(part Encoder Decoder)
    string(TOLOWER ${part} name)
    add_library(Brotli::${part} UNKNOWN IMPORTED)
    set_target_properties(Brotli::${part} PROPERTIES IMPORTED_LOCATION ${Brotli_${name}_LIBRARY}
      INTERFACE_INCLUDE_DIRECTORIES ${Brotli_INCLUDE_DIR} INTERFACE_LINK_LIBRARIES ${Brotli_common_LIBRARY})
  endforeach()
endif()
mark_as_advanced(Brotli_INCLUDE_DIR Brotli_common_LIBRARY Brotli_encoder_LIBRARY Brotli_decoder_LIBRARY)
