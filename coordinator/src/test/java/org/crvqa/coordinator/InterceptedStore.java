package org.crvqa.coordinator;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.crvqa.artifacts.store.ObjectStore;

/** A store with something that happens right before it creates an object. */
public final class InterceptedStore {
    private InterceptedStore() {}

    /** What happens before a call; it may throw what the call may. */
    public interface Hook {
        /** {@code name}: the first argument, where it is a name or a prefix; else empty. */
        void before(String method, String name) throws Exception;
    }

    /** {@code before} gets the name of each object that is about to be created, and may throw. */
    public static ObjectStore of(ObjectStore store, Consumer<String> before) {
        return ofAll(store, (method, name) -> {
            if (method.equals("createIfAbsent")) {
                before.accept(name);
            }
        });
    }

    /** Calls {@code hook} before each call. */
    public static ObjectStore ofAll(ObjectStore store, Hook hook) {
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    boolean named = arguments != null && arguments.length > 0 && arguments[0] instanceof String;
                    hook.before(method.getName(), named ? (String) arguments[0] : "");
                    try {
                        Object result = method.invoke(store, arguments);
                        return method.getName().equals("within") ? proxy : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
