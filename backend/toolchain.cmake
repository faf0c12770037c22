# How every source is compiled, and against what: for the program and for the headers that are parsed once.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

set(STOREFLEET_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined")
option(STOREFLEET_FUZZ "Build the fuzzers (*_fuzz.cpp)" OFF)

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  -Wno-missing-designated-field-initializers
  -Wnon-virtual-dtor -Werror -fno-omit-frame-pointer -g1)
add_link_options(-fuse-ld=lld)
if(STOREFLEET_SANITIZE)
  add_compile_options(-fsanitize=${STOREFLEET_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${STOREFLEET_SANITIZE})
endif()

if(STOREFLEET_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(OpenSSL REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(GTest REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(pqxx REQUIRED IMPORTED_TARGET libpqxx)

# What the precompiled headers include; every target defines what these libraries want defined.
add_library(storefleet_external INTERFACE)
target_link_libraries(storefleet_external INTERFACE
  Boost::json Boost::url fmt::fmt spdlog::spdlog yaml-cpp OpenSSL::SSL)
