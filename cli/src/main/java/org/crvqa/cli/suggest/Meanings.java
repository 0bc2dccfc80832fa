package org.crvqa.cli.suggest;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Words that other programs have for what commands and options do here. */
final class Meanings {
    private static final Map<String, List<String>> COMMANDS = new HashMap<>();
    private static final Map<String, List<String>> OPTIONS = new HashMap<>();

    static {
        command("show status", "describe", "get", "inspect", "view", "detail", "details", "open");
        command("status list", "info", "state", "stat");
        command("list", "ls", "dir", "experiments", "experiment", "jobs", "runs", "queue", "history");
        command("list local~status", "ps", "services", "cluster");
        command("list~workers", "workers", "nodes", "fleet", "pods", "gpus", "devices", "agents");
        command("list~workers watch", "top", "htop", "monitor");
        command("cancel gc", "rm", "delete", "del", "remove", "drop", "destroy", "erase");
        command("cancel local~down", "stop", "kill", "abort", "terminate", "end", "halt", "quit", "shutdown");
        command("submit local~up", "start", "run", "launch", "exec", "execute");
        command("submit", "apply", "create", "add", "new", "push", "train", "prune", "evaluate", "eval", "experiment");
        command("local~up", "up", "serve", "server", "daemon", "boot");
        command("local~down", "down");
        command("retry local~up", "restart", "rerun", "redo", "again", "repeat", "requeue");
        command("resume retry", "continue", "unpause", "unsuspend", "proceed");
        command("pause", "hold", "suspend", "freeze");
        command("logs", "log", "tail", "output", "stdout", "stderr", "journal");
        command("watch", "follow", "attach", "progress", "wait");
        command("report", "results", "result", "scores", "score", "table", "metrics", "summary", "accuracy");
        command("predictions", "prediction", "predict", "answers", "mistakes", "flips", "calibration", "ece");
        command("tasks", "task", "stages", "stage", "steps", "failures", "failed", "errors");
        command("attempts", "tries", "try");
        command("events", "audit", "changes");
        command("update", "edit", "set", "label", "labels", "note", "priority", "patch", "modify", "rename", "config");
        command("plan doctor", "check", "validate", "verify", "lint", "test");
        command("plan", "estimate", "dry-run", "preview", "diff", "cost", "costs");
        command("doctor", "health", "ping", "diagnose", "debug", "selftest", "self-test");
        command("data~import model~import", "import", "load", "upload", "ingest", "convert");
        command("data~inspect", "datasets", "dataset");
        command("data~sample", "sample", "generate", "synthetic");
        command("model~import model~init", "models", "checkpoint", "checkpoints", "weights");
        command("model~init", "init", "initialize", "initialise");
        command("export", "download", "save", "fetch", "pull", "dump", "extract", "cp", "copy");
        command("unpack", "unzip", "expand", "decompress", "uncompress");
        command("masks~compare", "compare", "similarity", "overlap", "mask");
        command("provenance", "lineage", "origin", "trace", "why", "ancestry", "explain");
        command("gc", "clean", "cleanup", "clear", "purge", "garbage", "vacuum", "prune-store", "df", "du");
        command("bench", "benchmark", "speed", "profile", "perf");
        command("sparsity", "rates", "rate", "solve");
        command("waste", "usage", "time", "device-time", "spent");
        command("demo", "example", "examples", "tutorial", "quickstart", "try-out");
        command("help", "man", "usage", "commands", "?");
        command("completion", "complete", "completions", "autocomplete");
        command("operation", "operations");
        command("local~up", "local start", "local run", "local create", "local launch", "local restart", "local init");
        command("local~down", "local stop", "local kill", "local shutdown", "local delete", "local rm", "local remove");
        command("local~status", "local ps", "local ls", "local list", "local info", "local show", "local get");
        command("logs local~status", "local logs", "local log", "local tail");
        command("data~inspect", "data show", "data ls", "data list", "data info", "data describe", "data get");
        command("data~inspect", "data stats", "data view", "data check", "data verify");
        command("data~import", "data add", "data load", "data create", "data upload", "data convert");
        command("data~rm", "data delete", "data remove");
        command("model~rm", "model delete", "model remove");
        command("data~sample", "data generate", "data synth", "data demo");
        command("model~import", "model add", "model load", "model create", "model upload", "model convert");
        command("model~init", "model new", "model random");
        command("provenance", "model show", "model info", "model describe", "model inspect");
        command("export", "model export", "model save", "model download", "masks export");
        command("masks~compare", "masks diff", "masks similarity", "masks show", "masks list", "masks ls");

        option("--output json", "--json", "--format", "--form", "--out-format", "--as-json");
        option("--watch", "--follow", "--wait", "-f", "--attach", "--progress");
        option("--follow", "--watch", "-w", "--wait", "--tail");
        option("--limit", "-n", "--max", "--count", "--top", "--page-size", "--number");
        option("--dir", "--folder", "--directory", "--path", "-d", "--home", "--workdir");
        option("--out", "-o", "--output", "--output-dir", "--target", "--dest", "--to", "--file");
        option("--coordinator", "--host", "--server", "--address", "--url", "--endpoint", "--port", "--cluster");
        option("--store", "--storage", "--bucket", "--s3", "--repository", "--root");
        option("--trainers --pruners --evaluators", "--workers", "--replicas", "--processes", "-j", "--jobs");
        option("--device", "--gpu", "--cuda", "--cpu", "--accelerator", "--use-gpu");
        option("--apply", "--yes", "-y", "--force", "--no-dry-run", "--delete", "--remove");
        option("--replace", "--force", "--overwrite", "--update");
        option("--again", "--force", "--rerun", "--restart", "--resubmit");
        option("--debug", "--verbose", "-v", "--trace", "--stacktrace", "--log-level", "-x");
        option("--name", "--as", "--id", "--tag");
        option("--label", "--tag", "--filter", "--selector", "-l");
        option("--state", "--status", "--filter", "--failed", "--running");
        option("--by", "--group-by", "--per", "--question-type", "--question-types");
        option("--picture", "--plot", "--image", "--figure", "--chart", "--png", "--svg");
        option("--note", "--message", "-m", "--comment", "--description");
        option("--newest", "--sort", "--latest", "--recent", "--reverse");
        option("--page", "--page-token", "--offset", "--after", "--next");
        option("--stop-running", "--now", "--hard", "--kill");
        option("--version", "-V");
        option("--help", "-?", "-help", "--usage");
    }

    private Meanings() {}

    /** In {@code commands} a tilde stands for the space within one. */
    private static void command(String commands, String... words) {
        List<String> meant =
                List.of(commands.replace(' ', '\n').replace('~', ' ').split("\n"));
        for (String word : words) {
            COMMANDS.merge(word, meant, Meanings::both);
        }
    }

    private static void option(String options, String... words) {
        for (String word : words) {
            OPTIONS.merge(word, List.of(options), Meanings::both);
        }
    }

    private static List<String> both(List<String> one, List<String> other) {
        return Stream.concat(one.stream(), other.stream()).distinct().toList();
    }

    /** Commands that do what a word says, the likeliest first; none for a word that nothing is known of. */
    static List<String> ofCommand(String word) {
        return COMMANDS.getOrDefault(word.toLowerCase(Locale.ROOT), List.of());
    }

    /** Options, several of them in one text where they go together, and with a value where they need one. */
    static List<String> ofOption(String word) {
        return OPTIONS.getOrDefault(word, List.of());
    }
}
