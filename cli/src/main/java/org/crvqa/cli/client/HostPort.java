package org.crvqa.cli.client;

import java.util.regex.Pattern;
import org.crvqa.artifacts.InvalidInputException;

/** Addresses as people write them. */
final class HostPort {
    private static final Pattern FORM = Pattern.compile("(\\[[0-9a-fA-F:]+]|[^:/\\s]+):[0-9]{1,5}");

    private HostPort() {}

    /** @throws InvalidInputException when this is not {@code host:port}; {@code example} says how to write it */
    static String check(String whose, String address, String example) {
        if (!FORM.matcher(address).matches()) {
            throw new InvalidInputException(
                    "The " + whose + "'s address '" + address + "' is not of the form host:port",
                    "Write it as in " + example + ".");
        }
        return address;
    }
}
