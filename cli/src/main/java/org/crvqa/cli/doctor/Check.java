package org.crvqa.cli.doctor;

/**
 * One thing that was looked at.
 *
 * @param area "store", "coordinator", "worker", "machine" or "dataset"
 * @param name of the check
 * @param status how it is
 * @param found what was found
 * @param advice what to do; empty when it is well
 */
public record Check(String area, String name, Status status, String found, String advice) {
    /** From good to bad. */
    public enum Status {
        OK,
        WARNING,
        FAILED
    }

    static Check ok(String area, String name, String found) {
        return new Check(area, name, Status.OK, found, "");
    }

    static Check warning(String area, String name, String found, String advice) {
        return new Check(area, name, Status.WARNING, found, advice);
    }

    public static Check failed(String area, String name, String found, String advice) {
        return new Check(area, name, Status.FAILED, found, advice);
    }
}
