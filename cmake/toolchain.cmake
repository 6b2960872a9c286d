# Language level, warnings, sanitizers, linker and compiler cache: the same for every target.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
    message(FATAL_ERROR
        "Faultline is built with clang 19 or later (g++ 12 miscompiles coroutines); found "
        "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}. "
        "Install clang-19 and configure with a preset: cmake --preset release")
endif()

set(FAULTLINE_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=: address,undefined or thread")
option(FAULTLINE_FUZZ "Build the libFuzzer targets" OFF)

add_compile_options(
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor
    -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough -Wextra-semi -Werror)
add_compile_definitions(_GLIBCXX_ASSERTIONS)
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")

if(FAULTLINE_SANITIZE)
    add_compile_options(-fsanitize=${FAULTLINE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${FAULTLINE_SANITIZE})
endif()

if(FAULTLINE_FUZZ)
    # Coverage of the modules too, without libFuzzer's main in every program.
    add_compile_options(-fsanitize=fuzzer-no-link)
    add_link_options(-fsanitize=fuzzer-no-link)
endif()

find_program(FAULTLINE_MOLD mold)
if(FAULTLINE_MOLD)
    add_link_options(-fuse-ld=mold)
endif()

find_program(FAULTLINE_CCACHE ccache)
if(FAULTLINE_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${FAULTLINE_CCACHE})
endif()

find_package(Git QUIET)
