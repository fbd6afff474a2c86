// The program: `notes run`, `notes routes`, `notes --help`.
#include "app/app.hpp"

int main(int argc, char** argv) { return create_app().main(argc, argv); }
