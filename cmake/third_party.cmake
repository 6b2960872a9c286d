# Third-party libraries. A module gets one by naming it in USES; the lint.owners test refuses its
# headers anywhere else, so every library has one owner (Asio and OpenSSL, which leak through
# interfaces by nature, have two).
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(simdjson 3.0 REQUIRED)
find_package(RocksDB 7.8 REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(yaml-cpp 0.7 REQUIRED)
find_package(spdlog 1.10 REQUIRED)
find_package(tl-expected REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(Catch2 2.13 REQUIRED)
find_package(CURL 7.85 REQUIRED)
find_path(FAULTLINE_ZSTD_INCLUDE zstd.h REQUIRED)
find_library(FAULTLINE_ZSTD_LIBRARY zstd REQUIRED)
find_path(FAULTLINE_IGRAPH_INCLUDE igraph/igraph.h REQUIRED)
find_library(FAULTLINE_IGRAPH_LIBRARY igraph REQUIRED)

add_library(faultline_use_asio INTERFACE)
target_compile_definitions(faultline_use_asio INTERFACE
    BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
target_link_libraries(faultline_use_asio INTERFACE Boost::headers Threads::Threads)

add_library(faultline_use_boost-container INTERFACE)
target_link_libraries(faultline_use_boost-container INTERFACE Boost::headers)

add_library(faultline_use_openssl INTERFACE)
target_link_libraries(faultline_use_openssl INTERFACE OpenSSL::SSL OpenSSL::Crypto)

add_library(faultline_use_beast INTERFACE)
target_link_libraries(faultline_use_beast INTERFACE faultline_use_asio faultline_use_openssl)

add_library(faultline_use_simdjson INTERFACE)
target_link_libraries(faultline_use_simdjson INTERFACE simdjson::simdjson)

add_library(faultline_use_rocksdb INTERFACE)
target_link_libraries(faultline_use_rocksdb INTERFACE RocksDB::rocksdb-shared)

add_library(faultline_use_prometheus INTERFACE)
target_link_libraries(faultline_use_prometheus INTERFACE prometheus-cpp::core)

add_library(faultline_use_yaml-cpp INTERFACE)
target_link_libraries(faultline_use_yaml-cpp INTERFACE yaml-cpp)

add_library(faultline_use_spdlog INTERFACE)
target_link_libraries(faultline_use_spdlog INTERFACE spdlog::spdlog)

add_library(faultline_use_cli11 INTERFACE)
target_link_libraries(faultline_use_cli11 INTERFACE CLI11::CLI11)

add_library(faultline_use_zstd INTERFACE)
target_include_directories(faultline_use_zstd SYSTEM INTERFACE ${FAULTLINE_ZSTD_INCLUDE})
target_link_libraries(faultline_use_zstd INTERFACE ${FAULTLINE_ZSTD_LIBRARY})

add_library(faultline_use_igraph INTERFACE)
target_include_directories(faultline_use_igraph SYSTEM INTERFACE ${FAULTLINE_IGRAPH_INCLUDE})
target_link_libraries(faultline_use_igraph INTERFACE ${FAULTLINE_IGRAPH_LIBRARY})

add_library(faultline_use_curl INTERFACE)
target_link_libraries(faultline_use_curl INTERFACE CURL::libcurl)
