// The program: `thermos initdb`, `thermos run`, `thermos hello ada --loud`, `thermos --help`.
#include "app/app.hpp"

int main(int argc, char** argv) { return create_app().main(argc, argv); }
