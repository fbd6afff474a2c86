# The menu. `make` alone prints it.
.PHONY: help build test format lint asan tsan fuzz bench docs check demo clean

help:           ## this menu
	@grep -hE '^[a-z]+: *.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## */  make \1\t/' | expand -t 18

build:          ## build with g++, warnings are errors
	cmake --preset dev >/dev/null && cmake --build --preset dev

test: build     ## build and run the tests
	ctest --preset dev -j 2

format:         ## put every source into the project's layout
	git ls-files '*.cpp' '*.hpp' | xargs clang-format-19 -i

lint: build     ## clang-tidy 19 over the library
	tools/lint build/dev

asan:           ## the tests under the address and undefined sanitizers (clang 19)
	cmake --preset asan >/dev/null && cmake --build --preset asan && ctest --preset asan -j 2

tsan:           ## the tests under the thread sanitizer (clang 19)
	cmake --preset tsan >/dev/null && cmake --build --preset tsan && ctest --preset tsan -j 2

fuzz:           ## the fuzzers for an hour of CPU; SECONDS=n for another time
	cmake --preset asan >/dev/null && cmake --build --preset asan --target fuzzers && tools/fuzz build/asan $(or $(SECONDS),3600)

bench:          ## the benchmarks
	benchmarks/run orm && benchmarks/run http && benchmarks/run compile

check:          ## what CI runs: packages, build, every test
	./check

demo:           ## build and serve the example application
	./demo

docs:           ## check that every error and every link of docs/ has its page
	tools/check_docs

clean:          ## remove what was built
	rm -rf build
