# Compiler, linker and cache choices in one place. Release binaries run on any x86-64 or arm64:
# never -march=native; what needs more dispatches at run time.

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wno-missing-field-initializers)
# Every log line and error may quote a path: keep the machine's own paths out of the binary.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)

find_program(STELE_CCACHE ccache)
if(STELE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${STELE_CCACHE})
endif()

find_program(STELE_MOLD mold)
find_program(STELE_LLD ld.lld)
if(STELE_MOLD)
  add_link_options(-fuse-ld=mold)
elseif(STELE_LLD)
  add_link_options(-fuse-ld=lld)
endif()
# Libraries that nothing calls at start (LDAP, Kerberos, … behind libpq and libcurl) cost start-up time.
add_link_options(-Wl,--as-needed)

if(STELE_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  add_compile_definitions(STELE_SANITIZED=1)
endif()
if(STELE_TSAN)
  # GCC's ThreadSanitizer knows nothing of fences: where Asio has one it sees no order.
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer -Wno-tsan)
  add_link_options(-fsanitize=thread)
  add_compile_definitions(STELE_SANITIZED=1)
endif()
