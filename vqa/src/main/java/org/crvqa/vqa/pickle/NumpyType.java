package org.crvqa.vqa.pickle;

import static org.crvqa.vqa.pickle.Unpickler.argument;

import java.nio.ByteOrder;
import java.util.List;
import org.crvqa.vqa.pickle.Unpickler.Tuple;

/** The type of an array's elements. A pickle makes it by its name and sets its byte order afterwards. */
final class NumpyType {
    private static final int ORDER_IN_STATE = 1;

    private final String name;
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

    /** @param arguments NumPy's name first, a letter for the kind and the bytes of an element, such as f4 */
    NumpyType(List<Object> arguments) throws PickleException {
        String text = argument(arguments, 0, String.class, "the name of an array's type");
        boolean big = text.startsWith(">");
        this.name = big || text.startsWith("<") || text.startsWith("|") ? text.substring(1) : text;
        setOrder(big ? ">" : "<");
    }

    void build(Object state) throws PickleException {
        if (!(state instanceof Tuple tuple)) {
            throw new PickleException("gives a " + Unpickler.kind(state) + " as the state of an array's type");
        }
        setOrder(argument(tuple.items(), ORDER_IN_STATE, String.class, "a byte order"));
    }

    private void setOrder(String text) throws PickleException {
        switch (text) {
            case "<", "|", "=" -> order = ByteOrder.LITTLE_ENDIAN;
            case ">" -> order = ByteOrder.BIG_ENDIAN;
            default -> throw new PickleException("gives \"" + Unpickler.shown(text) + "\" as a byte order");
        }
    }

    /** As NumPy names it, such as f4. */
    String name() {
        return name;
    }

    ByteOrder order() {
        return order;
    }
}
