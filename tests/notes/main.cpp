// The main function of the tests of the notes program: `notes_test BINARY [doctest's options]`.
#define DOCTEST_CONFIG_IMPLEMENT
#include "binary.hpp"

#include <doctest/doctest.h>

#include <cstdio>

namespace notes {
std::string binary;
}

int main(int argc, char** argv) {
    if (argc < 2 || argv[1][0] == '-') {
        std::fputs("usage: notes_test BINARY [doctest's options]\n", stderr);
        return 2;
    }
    notes::binary = argv[1];
    return doctest::Context{argc - 1, argv + 1}.run();
}
