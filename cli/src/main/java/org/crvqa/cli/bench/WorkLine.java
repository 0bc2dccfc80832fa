package org.crvqa.cli.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One line of JSON that a measuring process writes to its standard output; exactly one of the parts is there. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record WorkLine(
        @Nullable Progress progress,
        @Nullable Refusal refusal,
        @Nullable WorkReport report) {
    static final JsonMapper JSON = new JsonMapper();

    /** {@code total} is 0 as long as it is not known. */
    record Progress(int done, int total) {}

    /**
     * Why nothing was measured.
     *
     * @param input whether what was asked for is the reason
     */
    record Refusal(boolean input, String message, String advice) {}

    static WorkLine of(Progress progress) {
        return new WorkLine(progress, null, null);
    }

    static WorkLine of(Refusal refusal) {
        return new WorkLine(null, refusal, null);
    }

    static WorkLine of(WorkReport report) {
        return new WorkLine(null, null, report);
    }

    String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new AssertionError("These records hold numbers and texts only", e);
        }
    }

    /** Empty for anything else, such as what a native library prints. */
    static Optional<WorkLine> parse(String line) {
        try {
            return line.startsWith("{") ? Optional.of(JSON.readValue(line, WorkLine.class)) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
