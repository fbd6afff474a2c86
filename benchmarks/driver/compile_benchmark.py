# What compiling costs, in CPU seconds and in memory: the one-file application, one model and one query, further models.
import json
import os
import pathlib
import shlex
import subprocess

from common import ROOT, at_most, configure, fail, median, say, spread

GOALS = [at_most("compile.quickstart", 2), at_most("compile.one_model", 2), at_most("compile.each_model", 0.2),
         at_most("compile.memory_mb", 200)]
FOLDER = ROOT / "build" / "bench-compile"
SOURCES = ROOT / "benchmarks" / "compile"
MOST_MEGABYTES = 400
HEADERS = ["string", "vector", "map", "memory", "functional", "optional", "variant"]
FURTHER_MODELS = 20
MODEL = """
struct Model@ : Model<Model@> {
    Column<int, primary_key> id;
    Column<std::string, unique_key> name;
    Column<std::optional<std::string>> email;
    Column<int> age;
    Column<double> score;
    Column<bool> active;
    Column<std::optional<int>> parent;
    Column<Text> body;
};

Ptr<Model@> add_@(Session& session, std::string name) {
    return session.add(Model@{.name = std::move(name), .age = @, .score = 1.5, .active = true, .body = "text"});
}
Ptr<Model@> get_@(Session& session, int id) { return session.get<Model@>(id); }
std::vector<Ptr<Model@>> older_@(Session& session, int age) {
    return session.scalars(select<Model@>().where(Model@::c.age > age).order_by(Model@::c.name)).all();
}
void rename_@(Session& session, int id, const std::string& name) {
    auto found = session.get<Model@>(id);
    found->name = name;
    session.commit();
}
"""


def prepare(level, target, file):
    """Configures with this -O and compiles the precompiled header; returns the command that compiles the file."""
    folder = FOLDER / level.strip("-")
    configure(folder, "-DCMAKE_BUILD_TYPE=", f"-DCMAKE_CXX_FLAGS={level}", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON",
              "-DRETORT_CCACHE=OFF")
    commands = json.loads((folder / "compile_commands.json").read_text())
    ours = [entry for entry in commands if f"{target}.dir" in entry["command"]]
    header = [entry for entry in ours if entry["file"].endswith("cmake_pch.hxx.cxx")]
    source = [entry for entry in ours if entry["file"].endswith(file)]
    if len(header) != 1 or len(source) != 1:
        fail(f"the build does not compile {file} with a precompiled header")
    say(f"== compile the precompiled header ({level})")
    for entry in (header[0], source[0]):
        command = shlex.split(entry["command"])
        output = pathlib.Path(entry["directory"], command[command.index("-o") + 1])
        output.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(command, cwd=entry["directory"], check=True)
    check_header_is_used(command, entry["directory"])
    return command, entry["directory"]


def check_header_is_used(command, directory):
    """The compiler falls back silently on the slow way when a precompiled header does not fit."""
    shown = subprocess.run([*command, "-H"], cwd=directory, stderr=subprocess.PIPE, text=True, check=True).stderr
    if not any(line.startswith("! ") and ".gch" in line for line in shown.splitlines()):
        fail("the compiler does not take the precompiled header")


def cost(command, directory):
    """CPU seconds and megabytes of one run, children included."""
    process = subprocess.Popen(command, cwd=directory)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        fail(f"the compiler failed: {' '.join(command)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def costs_by_turns(title, ways, rounds):
    """Compiles each way in turn, prints a table; returns {name: (median CPU seconds, most megabytes)}."""
    costs = {name: [] for name in ways}
    for name, (command, directory) in list(ways.items()) * (max(5, rounds) + 1):
        costs[name].append(cost(command, directory))
    print(f"\n| {title} | CPU s | least–greatest | MB |\n|---|---|---|---|")
    found = {}
    for name, each in costs.items():
        del each[0]  # it warmed the page cache
        seconds = [one[0] for one in each]
        found[name] = median(seconds), max(one[1] for one in each)
        print(f"| {name} | {found[name][0]:.3f} | {spread(seconds)} | {found[name][1]:.0f} |")
    return found


def plain(compiler, level, source):
    """A file that uses nothing of ours."""
    return [compiler, "-std=c++20", level, "-c", str(source), "-o", str(FOLDER / f"{source.stem}.o")], FOLDER


def instead(command, directory, source):
    """The same command for another source."""
    command = list(command)
    command[command.index("-c") + 1] = str(source)
    command[command.index("-o") + 1] = str(FOLDER / f"{source.stem}.o")
    return command, directory


def measure_quickstart(rounds):
    command, directory = prepare("-O0", "benchmark_quickstart", "quickstart.cpp")
    standard = FOLDER / "standard_headers.cpp"
    standard.write_text("".join(f"#include <{name}>\n" for name in HEADERS) + "int main() {}\n")
    found = costs_by_turns("compiled at -O0", {"seven standard headers": plain(command[0], "-O0", standard),
                                               "the one-file application": (command, directory)}, rounds)
    seconds, memory = found["the one-file application"]
    verdict = "reached" if memory <= MOST_MEGABYTES else "**missed**"
    print(f"\ncompiler memory: {memory:.0f} MB, goal ≤ {MOST_MEGABYTES} MB: {verdict}")
    return {"compile.quickstart": seconds / found["seven standard headers"][0]}


def write_models(count):
    file = FOLDER / f"models_{count}.cpp"
    models = "".join(MODEL.replace("@", str(number)) for number in range(count))
    file.write_text(f"#include <retort/retort.hpp>\n\nusing namespace retort;\n{models}")
    return file


def measure_models(rounds):
    command, directory = prepare("-O2", "benchmark_one_model", "one_model.cpp")
    raw, ours = "one struct, one query, raw sqlite3", "one model, one query"
    one, many = "one model of 8 columns, four operations", f"{1 + FURTHER_MODELS} of them"
    ways = {raw: plain(command[0], "-O2", SOURCES / "one_model_raw.cpp"), ours: (command, directory),
            one: instead(command, directory, write_models(1)),
            many: instead(command, directory, write_models(1 + FURTHER_MODELS))}
    found = costs_by_turns("compiled at -O2", ways, rounds)
    return {"compile.one_model": found[ours][0] / found[raw][0],
            "compile.each_model": (found[many][0] - found[one][0]) / FURTHER_MODELS,
            "compile.memory_mb": found[ours][1]}


def measure(arguments):
    FOLDER.mkdir(parents=True, exist_ok=True)
    ratios = {}
    if "compile.quickstart" in arguments.ids:
        ratios |= measure_quickstart(arguments.rounds)
    if any(id != "compile.quickstart" for id in arguments.ids):
        ratios |= measure_models(arguments.rounds)
    return ratios
